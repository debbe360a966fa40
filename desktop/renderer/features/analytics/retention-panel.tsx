/** Who came back: visitors on the same day, or over days the people whom the site names in a property `user`. */

import { useState } from 'react';
import type { Filter, Range } from '../../../../shared/analytics/query.ts';
import { type RetentionAnswer, returnHours } from '../../../../shared/analytics/retention.ts';
import { useAsked } from '../../app/asked.ts';
import { Section, Table } from '../../ui/page.tsx';
import styles from './analytics-page.module.css';
import type { Figures } from './figures.ts';
import { timeText } from './spans.ts';

const dayMs = 86_400_000;
const forms = [
  { property: undefined, label: 'Visitors, same day' },
  { property: 'user', label: 'Signed-in people' },
] as const;
/** Columns that fit; what is beyond is in the answer of the command line. */
const mostColumns = 12;

export function RetentionPanel({
  figures,
  about,
  range,
  zone,
  filters,
}: {
  figures: Figures;
  about: string;
  range: Range;
  zone: string;
  filters: readonly Filter[];
}) {
  const [property, setProperty] = useState<'user' | undefined>();
  const length = range.to - range.from;
  const interval = length <= 14 * dayMs ? 'day' : length <= 92 * dayMs ? 'week' : 'month';
  const { value } = useAsked(
    `retention ${property ?? ''} ${about}`,
    (signal) => figures.retention({ range, zone, interval, filters: [...filters], property }, signal),
    60_000,
  );
  if (value === null || (value.cohorts.length === 0 && property === undefined)) return null;
  return (
    <Section
      title="Retention"
      aside={
        <span className={styles.dims}>
          {forms.map((form) => (
            <button
              key={form.label}
              type="button"
              aria-pressed={form.property === property}
              onClick={() => setProperty(form.property)}
            >
              {form.label}
            </button>
          ))}
        </span>
      }
    >
      <p className={styles.none}>
        {property === undefined
          ? 'A visitor is another one every day (UTC) by design: only a return on the same day can be known.'
          : 'People whom the site names in a property "user" of its events, by when they first came in this time.'}
      </p>
      {value.cohorts.length === 0 ? (
        <p className={styles.none}>No event of this time has a property "user".</p>
      ) : (
        <Cohorts value={value} interval={interval} named={property !== undefined} />
      )}
    </Section>
  );
}

function Cohorts({
  value: { cohorts },
  interval,
  named,
}: {
  value: RetentionAnswer;
  interval: 'day' | 'week' | 'month';
  named: boolean;
}) {
  const columns = Math.min(mostColumns, Math.max(...cohorts.map(({ returned }) => returned.length)));
  const heads = Array.from({ length: columns }, (_, index) => {
    if (named) return `${interval} ${index + 1}`;
    return index === returnHours.length - 1 ? 'that day' : `within ${returnHours[index]} h`;
  });
  return (
    <Table label="Share that came back" heads={['First came', 'People', ...heads]}>
      {cohorts.map(({ start, people, returned }) => (
        <tr key={start}>
          <td>{timeText(start, interval === 'month' ? 'full' : 'axis', interval)}</td>
          <td>{people}</td>
          {heads.map((head, index) => (
            <td key={head}>{shareText(returned[index], people)}</td>
          ))}
        </tr>
      ))}
    </Table>
  );
}

function shareText(count: number | undefined, people: number): string {
  return count === undefined ? '' : `${Math.round((100 * count) / people)} %`;
}
