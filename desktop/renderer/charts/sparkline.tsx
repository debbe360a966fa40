/** A line as small as a word: the trend of a figure, beside the figure. */

import styles from './charts.module.css';
import { areaPath, linePath } from './scale.ts';
import type { Tone } from './tone.ts';

export function Sparkline({
  label,
  values,
  tone = 'sea',
}: {
  /** Said in its place: "visitors of the last 24 hours, from 3 to 40". */
  label: string;
  values: readonly (number | null)[];
  tone?: Tone;
}) {
  const most = Math.max(1e-9, ...values.map((value) => value ?? 0));
  return (
    <svg
      className={styles.spark}
      data-tone={tone}
      viewBox="0 -40 1000 1080"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path className={styles.area} d={areaPath(values, most)} />
      <path className={styles.line} d={linePath(values, most)} />
    </svg>
  );
}
