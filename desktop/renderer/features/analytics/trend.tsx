/** The figures of the range, one of them over time, with the releases that went live in it. */

import { useState } from 'react';
import type { Filter, Metric } from '../../../../shared/analytics/query.ts';
import { useAsked } from '../../app/asked.ts';
import { TimeChart, type TimeMark } from '../../charts/time-chart.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import styles from './analytics-page.module.css';
import type { Figures } from './figures.ts';
import { changeText, metricLabels, metricText } from './metric-words.ts';
import { type Span, timeText } from './spans.ts';

const metrics: Metric[] = [
  'visitors',
  'visits',
  'pageviews',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
];

export interface TrendProps {
  figures: Figures;
  about: string;
  span: Span;
  zone: string;
  filters: readonly Filter[];
  marks: readonly TimeMark[];
}

export function Trend({ figures, about, span, zone, filters, marks }: TrendProps) {
  const [metric, setMetric] = useState<Metric>('visitors');
  const { range, before, interval } = span;
  const asked = useAsked(
    `trend ${about}`,
    (signal) =>
      figures.ask(
        {
          range,
          compare: before,
          zone,
          interval,
          metrics,
          dimensions: ['time'],
          filters: [...filters],
          limit: 1000,
        },
        signal,
      ),
    30_000,
  );
  if (asked.error) return <Notice message={asked.error.message} hint={asked.error.hint} />;
  if (asked.value === null) return <Waiting label="Counting visits" />;
  const { rows, total } = asked.value;
  const at = metrics.indexOf(metric);
  return (
    <>
      <div className={styles.metrics}>
        {metrics.map((name, index) => (
          <button key={name} type="button" aria-pressed={name === metric} onClick={() => setMetric(name)}>
            <span>{metricLabels[name]}</span>
            <b>{metricText(name, total.values[index])}</b>
            <span>{changeText(total.values[index], total.before?.[index]) || ' '}</span>
          </button>
        ))}
      </div>
      <TimeChart
        label={`${metricLabels[metric]} over time`}
        times={rows.map(({ keys }) => Number(keys[0]))}
        series={[
          {
            name: 'before',
            values: rows.map((row) => row.before?.[at] ?? null),
            tone: 'soft',
            look: 'ghost',
          },
          { name: metricLabels[metric], values: rows.map(({ values }) => values[at] ?? null) },
        ]}
        marks={marks}
        format={(value) => metricText(metric, value)}
        formatTime={(time, how) => timeText(time, how, interval)}
        height={240}
      />
    </>
  );
}
