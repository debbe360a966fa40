/** Beats as the cells of a strip, and figures of a check as people read them. Pure. */

import type { CheckStatus } from '../../../../shared/uptime/check.ts';
import type { Beat } from '../../../../shared/uptime/contract.ts';
import type { StripCell } from '../../charts/strip.tsx';
import type { Tone } from '../../ui/status.tsx';

export function beatCells(beats: readonly Beat[]): StripCell[] {
  return beats.map(({ at, up, down }) => {
    const key = new Date(at).toISOString().slice(0, 10);
    if (up + down === 0) return { key, tone: null, text: 'no results' };
    const share = up / (up + down);
    const tone = share > 0.999 ? 'good' : share > 0.95 ? 'warn' : 'bad';
    return { key, tone, text: percentText(share * 100) };
  });
}

/** Cut, not rounded, so that 100 % means it. */
export function percentText(percent: number | null): string {
  if (percent === null) return '–';
  return percent === 100 ? '100 %' : `${(Math.floor(percent * 100) / 100).toFixed(2)} %`;
}

export function statusTone(status: CheckStatus, failing: number): Tone {
  switch (status) {
    case 'up':
      return failing > 0 ? 'warn' : 'good';
    case 'down':
      return 'bad';
    case 'maintenance':
      return 'busy';
    case 'paused':
    case 'unknown':
      return 'off';
  }
}

/** Those whose name, kind or detail has all words of `find`, what is down first. */
export function sorted<
  T extends { name: string; status: CheckStatus; target: { kind: string }; detail: string | null },
>(checks: readonly T[], find: string): T[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (check: T) => {
    const text = `${check.name} ${check.target.kind} ${check.status} ${check.detail ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const rank = ({ status }: T) => (status === 'down' ? 0 : status === 'paused' ? 2 : 1);
  return checks
    .filter(fits)
    .sort((one, other) => rank(one) - rank(other) || order.compare(one.name, other.name));
}

const order = new Intl.Collator(undefined, { numeric: true });
