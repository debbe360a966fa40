/** When the disk will be full, by how it filled lately. Pure. */

/** Less than this long says nothing about a trend, ms. */
const leastSpanMs = 3_600_000;

/**
 * Hours until `used` reaches `total`, by the straight line closest to the points (least squares); null where it does not
 * grow, or too little is known. Times in ms, amounts in bytes.
 */
export function hoursUntilFull(
  points: readonly { at: number; disk: number }[],
  total: number,
): number | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < leastSpanMs) return null;
  const meanAt = points.reduce((sum, { at }) => sum + at - first.at, 0) / points.length;
  const meanDisk = points.reduce((sum, { disk }) => sum + disk, 0) / points.length;
  let over = 0;
  let under = 0;
  for (const { at, disk } of points) {
    const away = at - first.at - meanAt;
    over += away * (disk - meanDisk);
    under += away * away;
  }
  const bytesPerMs = under === 0 ? 0 : over / under;
  if (bytesPerMs <= 0) return null;
  return Math.max(0, total - last.disk) / bytesPerMs / 3_600_000;
}
