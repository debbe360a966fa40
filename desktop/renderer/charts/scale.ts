/** Where values lie on an axis, and which round values are written beside it. Pure. */

/** From 0 to a round value at or above `most`, in three to six steps of 1, 2 or 5 times a power of ten. */
export function roundTicks(most: number): number[] {
  if (!(most > 0) || !Number.isFinite(most)) return [0, 1];
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? power * 10;
  const ticks: number[] = [];
  for (let index = 0; (index - 1) * step < most; index++) ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}

/** Indexes of at most `count` of `length` labels, evenly spread, the first among them. */
export function spreadLabels(length: number, count: number): number[] {
  if (length <= 0 || count <= 0) return [];
  const step = Math.max(1, Math.ceil(length / count));
  return Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
}

/** The index whose place is nearest to `share` (0 to 1) of the width. */
export function nearestIndex(share: number, length: number): number {
  return Math.min(length - 1, Math.max(0, Math.round(share * (length - 1))));
}

/** Of a chart's width, 0 to 1; a single point lies in the middle. */
export function placeOf(index: number, length: number): number {
  return length <= 1 ? 0.5 : index / (length - 1);
}

/**
 * Where a moment lies among `times` (sorted), 0 to 1; null outside. The last time stands for its whole interval, so what happened in
 * it lies there.
 */
export function placeOfTime(at: number, times: readonly number[]): number | null {
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined || at < first || times.length < 2) return null;
  const step = last - (times.at(-2) ?? last);
  if (at > last) return at < last + step ? 1 : null;
  const after = times.findIndex((time) => time >= at);
  if (after <= 0) return 0;
  const [left = at, right = at] = times.slice(after - 1, after + 1);
  return (after - 1 + (right === left ? 0 : (at - left) / (right - left))) / (times.length - 1);
}

/** Half the width of the dash that stands for a value without neighbours, which no line leads to. */
const loneDash = 6;

/** An SVG path over a box of 1000 by 1000, y downwards; a null breaks the line, and what stands alone is a dash. */
export function linePath(values: readonly (number | null)[], most: number): string {
  let pen = 'M';
  const parts: string[] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) {
      pen = 'M';
      continue;
    }
    const x = placeOf(index, values.length) * 1000;
    const y = (1000 - (value / most) * 1000).toFixed(1);
    const alone = (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
    if (alone) {
      const [from, to] = [Math.max(0, x - loneDash), Math.min(1000, x + loneDash)];
      parts.push(`M${from.toFixed(1)} ${y}L${to.toFixed(1)} ${y}`);
    } else parts.push(`${pen}${x.toFixed(1)} ${y}`);
    pen = 'L';
  }
  return parts.join('');
}

/** The area between the line and the ground; of an unbroken run of values each. */
export function areaPath(values: readonly (number | null)[], most: number): string {
  const parts: string[] = [];
  let from: number | null = null;
  for (let index = 0; index <= values.length; index++) {
    const here = values[index] ?? null;
    if (here !== null && from === null) from = index;
    if (here === null && from !== null) {
      const run = values.map((value, at) => (at >= (from ?? 0) && at < index ? value : null));
      const edge = (at: number) => (placeOf(at, values.length) * 1000).toFixed(1);
      parts.push(`${linePath(run, most)}L${edge(index - 1)} 1000L${edge(from)} 1000Z`);
      from = null;
    }
  }
  return parts.join('');
}
