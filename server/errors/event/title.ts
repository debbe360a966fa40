/** How an event is named in lists: what happened, the words it came with, and where. Pure. */

import type { ErrorEvent } from './read-event.ts';

export interface Title {
  /** `TypeError`, or the first line of a message. */
  readonly title: string;
  /** What the error said; empty where the title says it. */
  readonly value: string;
  /** The function and file it happened in. */
  readonly culprit: string;
}

export function titleOf(event: ErrorEvent): Title {
  const main = event.thrown.at(-1);
  if (main === undefined) {
    const line = firstLine(event.message) || '(no message)';
    return { title: line, value: '', culprit: event.transaction || event.logger };
  }
  const top = main.frames.findLast((frame) => frame.inApp) ?? main.frames.at(-1);
  const place = [top?.function, top?.file.replace(/^.*node_modules\//, '')].filter(Boolean).join(' in ');
  const value = firstLine(main.value || event.message);
  return {
    title: (main.synthetic ? '' : main.type) || value || 'Error',
    value: main.type === '' && !main.synthetic ? '' : value,
    culprit: (place || event.transaction).slice(0, 300),
  };
}

function firstLine(text: string): string {
  return (text.trimStart().split(/\r?\n/, 1)[0] ?? '').slice(0, 300);
}
