/** Names with a bar and a figure each, the largest first; each can be chosen. */

import type { ReactNode } from 'react';
import styles from './charts.module.css';
import type { Tone } from './tone.ts';

export interface Bar {
  /** Unique within the list. */
  key: string;
  name: ReactNode;
  value: number;
  /** Beside the value: a share, a change. */
  note?: ReactNode;
  tone?: Tone;
}

export function BarList({
  label,
  bars,
  heads,
  format = (value) => value.toLocaleString(),
  onChoose,
  chosen,
}: {
  label: string;
  bars: readonly Bar[];
  /** What the names and the figures are. */
  heads: readonly [string, string];
  format?(value: number): string;
  /** Called with the key of what was clicked. */
  onChoose?(key: string): void;
  chosen?: string | undefined;
}) {
  const noted = bars.some(({ note }) => note !== undefined);
  const most = Math.max(1e-9, ...bars.map(({ value }) => value));
  return (
    <table className={styles.bars} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{heads[0]}</th>
          <th scope="col">{heads[1]}</th>
          {noted && <td />}
        </tr>
      </thead>
      <tbody>
        {bars.map(({ key, name, value, note, tone = 'sea' }) => (
          <tr key={key} data-chosen={key === chosen || undefined}>
            <th scope="row">
              <span
                className={styles.bar}
                data-tone={tone}
                style={{ inlineSize: `${(value / most) * 100}%` }}
              />
              {onChoose === undefined ? (
                <span>{name}</span>
              ) : (
                <button type="button" aria-pressed={key === chosen} onClick={() => onChoose(key)}>
                  {name}
                </button>
              )}
            </th>
            <td>{format(value)}</td>
            {noted && <td className={styles.note}>{note}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
