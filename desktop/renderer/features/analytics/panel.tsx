/** The largest of a dimension as bars; choosing one filters everything else by it. */

import { useState } from 'react';
import type { Filter, Metric, Range } from '../../../../shared/analytics/query.ts';
import { useAsked } from '../../app/asked.ts';
import { BarList } from '../../charts/bar-list.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import styles from './analytics-page.module.css';
import type { Figures } from './figures.ts';
import { changeText, dimensionLabel, keyText, metricLabels, metricText } from './metric-words.ts';

export interface PanelProps {
  title: string;
  dimensions: readonly string[];
  figures: Figures;
  /** Names the range and the filters: another one asks anew. */
  about: string;
  range: Range;
  before: Range;
  filters: readonly Filter[];
  metric?: Metric;
  onFilter(dimension: string, value: string): void;
}

export function Panel({
  title,
  dimensions,
  figures,
  about,
  range,
  before,
  filters,
  metric = 'visitors',
  onFilter,
}: PanelProps) {
  const [dimension, setDimension] = useState(dimensions[0] ?? 'page');
  const asked = useAsked(
    `${title} ${dimension} ${metric} ${about}`,
    (signal) =>
      figures.ask(
        {
          range,
          compare: before,
          metrics: [metric],
          dimensions: [dimension],
          filters: [...filters],
          limit: 10,
        },
        signal,
      ),
    60_000,
  );
  const chosen = filters.find((filter) => filter.dimension === dimension)?.values[0];
  return (
    <Section
      title={title}
      aside={
        dimensions.length > 1 && (
          <span className={styles.dims}>
            {dimensions.map((name) => (
              <button
                key={name}
                type="button"
                aria-pressed={name === dimension}
                onClick={() => setDimension(name)}
              >
                {dimensionLabel(name)}
              </button>
            ))}
          </span>
        )
      }
    >
      {asked.error && <Notice message={asked.error.message} hint={asked.error.hint} />}
      {asked.value === null && asked.error === null && <Waiting label="Counting" />}
      {asked.value?.rows.length === 0 && <p className={styles.none}>Nothing yet</p>}
      {asked.value !== null && asked.value.rows.length > 0 && (
        <BarList
          label={`${title} by ${dimensionLabel(dimension)}`}
          heads={[dimensionLabel(dimension), metricLabels[metric]]}
          bars={asked.value.rows.map(({ keys: [key = ''], values, before: then }) => ({
            key,
            name: keyText(dimension, key),
            value: values[0] ?? 0,
            note: changeText(values[0], then?.[0]) || undefined,
          }))}
          format={(value) => metricText(metric, value)}
          chosen={chosen}
          onChoose={(key) => onFilter(dimension, key)}
        />
      )}
    </Section>
  );
}
