/** How far back the charts reach. */

const hourMs = 3_600_000;

export const spans = [
  { name: '1 hour', ms: hourMs },
  { name: '24 hours', ms: 24 * hourMs },
  { name: '7 days', ms: 7 * 24 * hourMs },
  { name: '30 days', ms: 30 * 24 * hourMs },
  { name: '1 year', ms: 365 * 24 * hourMs },
] as const;
export type SpanName = (typeof spans)[number]['name'];

/**
 * By how many ms the server's clock is ahead of ours, when its answer was asked for at `asked` and came at `came`; null
 * where the line is too slow to tell.
 */
export function clockAhead(clock: number, asked: number, came: number): number | null {
  const way = came - asked;
  return way > 2000 ? null : clock - (asked + way / 2);
}
