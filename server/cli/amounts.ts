/** Sizes, durations and ages as people read them. */

export { bytesText } from '../../shared/bytes-text.ts';
export { countText } from '../../shared/count-text.ts';

/** `12 ms`, `4.2 s`, `3 min 05 s`, `2 h 10 min`, `5 d 3 h`, from milliseconds; `3 min` where nothing is over. */
export function durationText(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return both(Math.floor(seconds / 60), 'min', seconds % 60, 's', 2);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return both(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.floor(minutes / 60);
  return both(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function both(large: number, unit: string, small: number, smaller: string, digits = 1): string {
  return small === 0
    ? `${large} ${unit}`
    : `${large} ${unit} ${String(small).padStart(digits, '0')} ${smaller}`;
}

/** `just now`, `40 s ago`, `5 min ago`, `3 h ago`, `2 d ago`; both in ms since the epoch. */
export function agoText(at: number, now: number): string {
  const seconds = Math.floor((now - at) / 1000);
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}
