/** What visitors of an environment asked for and got: over time, the most frequent, and live. */

import { useState } from 'react';
import type { TopDimension } from '../../../../shared/proxy/requests-contract.ts';
import { size, span as spanText } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { type Series, TimeChart } from '../../charts/time-chart.tsx';
import { timeLabel } from '../../charts/time-label.ts';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Facts, Section } from '../../ui/page.tsx';
import { LiveRequests } from './live-requests.tsx';
import { shownTops, TopList, topName } from './top-list.tsx';
import styles from './traffic-page.module.css';
import { rangeOf, summary, trafficSpans } from './traffic-span.ts';

export function TrafficPage({ at }: { at: At }) {
  const client = useServerClient(at.server);
  const [spanName, setSpanName] = useState<string>('1 hour');
  const [path, setPath] = useState<string | undefined>(undefined);
  const [by, setBy] = useState<TopDimension>('status');
  const span = trafficSpans.find(({ name }) => name === spanName) ?? trafficSpans[1];
  const range = rangeOf(span, Date.now());
  const series = useAsked(
    `series ${at.app}/${at.environment} ${span.name} ${path ?? ''}`,
    async (signal) => {
      const filter = { app: at.app, environment: at.environment, ...(path === undefined ? {} : { path }) };
      const asked = rangeOf(span, Date.now());
      return (await client.call('requests.series', { ...filter, ...asked, step: span.step }, signal)).points;
    },
    15_000,
  );
  if (series.error) return <Notice message={series.error.message} hint={series.error.hint} />;
  if (series.value === null) return <Waiting label="Counting requests" />;
  const points = series.value;
  const { requests, failed, bytesOut, slowest } = summary(points);
  const chart = (label: string, lines: readonly Series[], format: (value: number) => string) => (
    <div>
      <h3>{label}</h3>
      <TimeChart
        label={`${label}, ${span.name}`}
        times={points.map((point) => point.at)}
        series={lines}
        format={format}
        formatTime={(time, how) => timeLabel(time, how, span.ms)}
        height={160}
        least={1}
      />
    </div>
  );
  const ofClass = (...classes: number[]) =>
    points.map((point) => classes.reduce((sum, each) => sum + (point.classes[each - 1] ?? 0), 0));
  return (
    <>
      <Facts
        facts={[
          { term: 'Requests', value: requests.toLocaleString() },
          { term: 'Failed (5xx)', value: failed.toLocaleString(), strong: failed > 0 },
          { term: '95 of 100 took at most', value: slowest === null ? '–' : spanText(slowest) },
          { term: 'Sent', value: size(bytesOut) },
        ]}
      />
      <Section
        title={path === undefined ? 'Over time' : `Over time, ${path} alone`}
        aside={
          <select
            aria-label="How far back"
            value={span.name}
            onChange={(event) => setSpanName(event.target.value)}
          >
            {trafficSpans.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        }
      >
        {requests === 0 ? (
          <Empty title="No request came in this time">
            <p>Open the app in a browser, and it shows here within seconds.</p>
          </Empty>
        ) : (
          <div className={styles.charts}>
            {chart(
              'Requests',
              [
                { name: 'fine', values: ofClass(1, 2, 3), tone: 'sea' },
                { name: '4xx', values: ofClass(4), tone: 'warn', look: 'line' },
                { name: '5xx', values: ofClass(5), tone: 'bad', look: 'line' },
              ],
              (value) => value.toLocaleString(),
            )}
            {chart(
              'Time to answer',
              [
                { name: 'half of them', values: points.map((point) => point.p50) },
                { name: '95 of 100', values: points.map((point) => point.p95), tone: 'rope', look: 'line' },
              ],
              (value) => spanText(value),
            )}
          </div>
        )}
      </Section>
      <Section
        title="Most frequent"
        aside={
          <select
            aria-label="Beside the paths"
            value={by}
            onChange={(event) => {
              const chosen = shownTops.find((each) => each === event.target.value);
              if (chosen !== undefined) setBy(chosen);
            }}
          >
            {shownTops
              .filter((each) => each !== 'path')
              .map((each) => (
                <option key={each} value={each}>
                  {topName(each)}
                </option>
              ))}
          </select>
        }
      >
        <div className={styles.charts}>
          <TopList at={at} by="path" range={range} path={path} onPath={setPath} />
          <TopList at={at} by={by} range={range} path={path} onPath={setPath} />
        </div>
      </Section>
      <LiveRequests at={at} path={path} />
    </>
  );
}
