/** A row of cells in colours: the days of a check, the hours of a week. */

import { ChartTable } from './chart-table.tsx';
import styles from './charts.module.css';
import type { Tone } from './tone.ts';

export interface StripCell {
  /** Unique within the strip, and what the cell is about: a day, an hour. */
  key: string;
  /** `null`: nothing is known. */
  tone: Tone | null;
  /** How much of the tone, 0 to 1; 1 where it is left out. */
  strength?: number;
  text: string;
}

export function Strip({
  label,
  cells,
  onChoose,
}: {
  label: string;
  cells: readonly StripCell[];
  onChoose?(key: string): void;
}) {
  return (
    <figure className={styles.strip} aria-label={label}>
      <div aria-hidden={onChoose === undefined || undefined}>
        {cells.map(({ key, tone, strength = 1, text }) => {
          const look = {
            'data-tone': tone ?? 'none',
            style: { opacity: tone === null ? 1 : 0.15 + 0.85 * strength },
            title: `${key}: ${text}`,
          };
          return onChoose === undefined ? (
            <i key={key} {...look} />
          ) : (
            <button
              key={key}
              type="button"
              {...look}
              aria-label={`${key}: ${text}`}
              onClick={() => onChoose(key)}
            />
          );
        })}
      </div>
      <ChartTable
        label={label}
        heads={['When', 'What']}
        rows={cells.map(({ key, text }) => [key, text])}
        shown="unseen"
      />
    </figure>
  );
}
