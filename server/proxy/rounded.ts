/** Milliseconds to the microsecond: enough for a log, and cheap to store. */
export function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
