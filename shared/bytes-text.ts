/** A size as people read it. */

const units = ['B', 'KB', 'MB', 'GB', 'TB'];

/** `512 B`, `7.1 MB`, `250 GB`; powers of 1024, as limits and budgets are counted, the same wherever a size is said. */
export function bytesText(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${unit === 0 || amount >= 9.95 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
}
