/** Ninety days of a check in four paths: a list draws dozens of them while it scrolls. */

import type { Beat } from '../../../../shared/uptime/contract.ts';
import { beatCells, percentText } from './beat-cells.ts';
import styles from './uptime.module.css';

const looks = ['good', 'warn', 'bad', 'none'] as const;

export function BeatStrip({
  name,
  beats,
  uptime,
}: {
  name: string;
  beats: readonly Beat[];
  uptime: number | null;
}) {
  const cells = beatCells(beats);
  const path = (look: (typeof looks)[number]) =>
    cells.map(({ tone }, index) => ((tone ?? 'none') === look ? `M${index * 10} 0h7v20h-7z` : '')).join('');
  return (
    <svg
      className={styles.beats}
      viewBox={`0 0 ${cells.length * 10 - 3} 20`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${name}: ${percentText(uptime)} of ${cells.length} days`}
    >
      {looks.map((look) => (
        <path key={look} data-look={look} d={path(look)} />
      ))}
    </svg>
  );
}
