/** Sizes, spans and times as people read them. Pure. */

export { bytesText as size } from '../../../shared/bytes-text.ts';

/** Milliseconds. */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.max(0, ms < 3 ? Number(ms.toFixed(1)) : Math.round(ms))} ms`;
  const exact = ms / 1000;
  if (exact < 59.5) return `${exact < 10 ? exact.toFixed(1) : Math.round(exact)} s`;
  const seconds = Math.round(exact);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return both(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return both(hours, 'h', minutes % 60, 'min');
  return `${Math.floor(hours / 24)} days`;
}

/** The smaller part is left out where there is none of it. */
function both(large: number, unit: string, small: number, smaller: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smaller}`;
}

const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });

/** `03:34:48`, by this computer's clock: of 24 hours wherever a time is shown, as logs have it. */
export function clock(at: number): string {
  return timeOfDay.format(at);
}

/** How long before `now` something happened; both ms since the epoch. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}
