/** Keeps a chatty build from filling the disk with its log. */

export interface LineBudgetLimits {
  /** Characters of one line. */
  line: number;
  /** Characters of all lines. */
  total: number;
}

const buildLogLimits: LineBudgetLimits = { line: 8192, total: 16 * 1024 * 1024 };

/** Passes lines on, shortened, until the budget is used; then says so once and drops the rest. */
export function budgeted(
  onLine: (text: string) => void,
  limits: LineBudgetLimits = buildLogLimits,
): (text: string) => void {
  let left = limits.total;
  let isCut = false;
  return (text) => {
    if (isCut) return;
    const line =
      text.length > limits.line ? `${text.slice(0, limits.line)}… (${text.length} characters)` : text;
    if (line.length > left) {
      isCut = true;
      onLine(
        `… the rest of the build's output is left out: it is longer than ${Math.round(limits.total / 1024 ** 2)} MB`,
      );
      return;
    }
    left -= line.length + 1;
    onLine(line);
  };
}
