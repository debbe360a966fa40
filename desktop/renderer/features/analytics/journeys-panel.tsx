/** The ways people take through the pages, from where they come in or from a page that was chosen. */

import type { Filter, Range } from '../../../../shared/analytics/query.ts';
import { useAsked } from '../../app/asked.ts';
import { BarList } from '../../charts/bar-list.tsx';
import { Section } from '../../ui/page.tsx';
import styles from './analytics-page.module.css';
import type { Figures } from './figures.ts';

export function JourneysPanel({
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
  const { value } = useAsked(
    `journeys ${about}`,
    (signal) => figures.journeys({ range, filters: [...filters], length: 4, limit: 10 }, signal),
    60_000,
  );
  const ways = value?.journeys.filter(({ pages }) => pages.length > 1) ?? [];
  if (ways.length === 0) return null;
  return (
    <Section title="Journeys">
      <BarList
        label="The ways most visits take"
        heads={['Way', 'Visits']}
        bars={ways.map(({ pages, visits }) => ({
          key: pages.join('\n'),
          name: <span className={styles.journey}>{pages.join(' → ')}</span>,
          value: visits,
        }))}
      />
    </Section>
  );
}
