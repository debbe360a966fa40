/** What a channel is asked to tell, and the request it makes of it. */

import type { Notice } from '../kernel/notice.ts';

export interface Message {
  /** The same at every attempt, so that the other side can tell a repetition. */
  readonly id: string;
  readonly notice: Notice;
  /** The name of this machine, for people who have several. */
  readonly server: string;
}

export interface ChannelRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `Resolved: the title`; only what was opened before is resolved. */
export function headline({ state, title }: Pick<Notice, 'state' | 'title'>): string {
  return state === 'resolved' ? `Resolved: ${title}` : title;
}

/** Where it happened: `shop/production, release 7, on web-1`. */
export function whereabouts({ notice, server }: Message): string {
  const { app, environment, release } = notice;
  const parts = app === null ? [] : [environment === null ? app : `${app}/${environment}`];
  if (release !== null) parts.push(`release ${release}`);
  return [...parts, `on ${server}`].join(', ');
}

/** At most `length` characters, the last one an ellipsis where something was cut. */
export function cut(text: string, length: number): string {
  const letters = [...text];
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join('')}…`;
}

export function json(url: string, body: unknown, headers: Record<string, string> = {}): ChannelRequest {
  return { url, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** The colour of a severity, 0xRRGGBB; what is over is green. */
export function colourOf({ state, severity }: Pick<Notice, 'state' | 'severity'>): number {
  if (state === 'resolved') return 0x2e7d32;
  return { info: 0x1565c0, warning: 0xb26a00, critical: 0xc62828 }[severity];
}
