/** The same figures as rows, for screen readers and for whoever wants to read or copy them. */

import styles from './charts.module.css';

export function ChartTable({
  label,
  heads,
  rows,
  shown = 'folded',
}: {
  label: string;
  heads: readonly string[];
  rows: readonly (readonly string[])[];
  /** `unseen`: only for screen readers, where the figures stand beside the chart anyway. */
  shown?: 'folded' | 'unseen';
}) {
  const table = (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([first, ...rest], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a chart have no names and never move.
          <tr key={index}>
            <th scope="row">{first}</th>
            {rest.map((cell, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: as above.
              <td key={at}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
  if (shown === 'unseen') return <div className={styles.unseen}>{table}</div>;
  return (
    <details className={styles.fold}>
      <summary>As a table</summary>
      {table}
    </details>
  );
}
