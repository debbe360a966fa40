/** How fast pages felt: the 75th percentile of each vital, and what it is worth, by page and by release. */

import { useState } from 'react';
import type { Filter, Range } from '../../../../shared/analytics/query.ts';
import type { Rating, VitalsAnswer } from '../../../../shared/analytics/vitals.ts';
import { useAsked } from '../../app/asked.ts';
import { Section, Table } from '../../ui/page.tsx';
import { Status, type Tone } from '../../ui/status.tsx';
import styles from './analytics-page.module.css';
import type { Figures } from './figures.ts';
import { dimensionLabel, keyText } from './metric-words.ts';

const names = ['lcp', 'inp', 'cls', 'fcp', 'ttfb'] as const;
const tones: Readonly<Record<Rating, Tone>> = { good: 'good', 'needs-work': 'warn', poor: 'bad' };
const groupings = ['page', 'release', 'device'] as const;
type Row = VitalsAnswer['total'];

export function VitalsPanel({
  figures,
  about,
  range,
  filters,
}: {
  figures: Figures;
  about: string;
  range: Range;
  filters: readonly Filter[];
}) {
  const [by, setBy] = useState<(typeof groupings)[number]>('page');
  const { value } = useAsked(
    `vitals ${by} ${about}`,
    (signal) => figures.vitals({ range, filters: [...filters], by, limit: 10 }, signal),
    60_000,
  );
  if (value === null || value.rows.length === 0) return null;
  return (
    <Section
      title="Speed"
      aside={
        <span className={styles.dims}>
          {groupings.map((name) => (
            <button key={name} type="button" aria-pressed={name === by} onClick={() => setBy(name)}>
              {dimensionLabel(name)}
            </button>
          ))}
        </span>
      }
    >
      <Table
        label="Speed of pages, 75th percentile"
        heads={[dimensionLabel(by), ...names.map((name) => name.toUpperCase())]}
      >
        {[{ key: null, vitals: value.total }, ...value.rows].map(({ key, vitals }) => (
          <tr key={key}>
            <td>{key === null ? 'All' : keyText(by, key)}</td>
            {names.map((name) => (
              <td key={name}>{cell(name, vitals)}</td>
            ))}
          </tr>
        ))}
      </Table>
    </Section>
  );
}

function cell(name: (typeof names)[number], vitals: Row) {
  const found = vitals[name];
  if (found === null) return '–';
  const text = name === 'cls' ? found.p75.toFixed(2) : `${Math.round(found.p75)} ms`;
  return <Status tone={tones[found.rating]}>{text}</Status>;
}
