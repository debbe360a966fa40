/** Who came to an app, from where, to what: everything on the page can be clicked to look closer. */

import { useEffect, useMemo, useState } from 'react';
import { answerCsv } from '../../../../shared/analytics/answer-csv.ts';
import type { Filter } from '../../../../shared/analytics/query.ts';
import { writeFilter } from '../../../../shared/analytics/segment.ts';
import { useAsked } from '../../app/asked.ts';
import { useDesk } from '../../app/desk.ts';
import { Go } from '../../app/navigation.tsx';
import type { AppPageProps } from '../../app/pages.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import styles from './analytics-page.module.css';
import { CopyLine } from './copy-line.tsx';
import { type Figures, figuresOf } from './figures.ts';
import { FirstMinute } from './first-minute.tsx';
import { FunnelPanel } from './funnel-panel.tsx';
import { JourneysPanel } from './journeys-panel.tsx';
import { openLocalCopy } from './local-copy.ts';
import { filterText } from './metric-words.ts';
import { Panel } from './panel.tsx';
import { ReleaseChange } from './release-change.tsx';
import { RetentionPanel } from './retention-panel.tsx';
import { saveText } from './save-text.ts';
import { Segments } from './segments.tsx';
import { type Span, type SpanName, spanNames, spanOf } from './spans.ts';
import { Trend } from './trend.tsx';
import { VitalsPanel } from './vitals-panel.tsx';

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const liveMs = 5 * 60_000;

export function AnalyticsPage({ at }: Pick<AppPageProps, 'at'>) {
  const { host } = useDesk();
  const client = useServerClient(at.server);
  const [copiedAt, setCopiedAt] = useState<number | null>(null);
  const copy = useMemo(() => openLocalCopy(host, at), [host, at]);
  useEffect(() => () => copy.close(), [copy]);
  const figures = useMemo(() => figuresOf(client, copy, at, setCopiedAt), [client, copy, at]);
  const place = { app: at.app, environment: at.environment };
  const status = useAsked('analytics', (signal) => client.call('analytics.status', place, signal), 30_000);
  const deployments = useAsked(
    'deployments of analytics',
    async (signal) => (await client.call('deployments.list', { ...place, limit: 50 }, signal)).deployments,
    60_000,
  );
  const [spanName, setSpanName] = useState<SpanName>('7 days');
  const [filters, setFilters] = useState<readonly Filter[]>([]);
  const hour = Math.floor(Date.now() / 3_600_000);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new hour moves the range.
  const span = useMemo(() => spanOf(spanName, Date.now(), zone), [spanName, hour]);

  if (status.value === null && status.error === null) return <Waiting label="Looking for visits" />;
  if (status.value?.partitions.length === 0 && status.value.sumDays === 0)
    return <FirstMinute at={at} injected={status.value.settings.inject} />;

  const about = `${spanName} ${span.range.from} ${JSON.stringify(filters)}`;
  const toggle = (dimension: string, value: string) =>
    setFilters((before) => {
      const others = before.filter((filter) => filter.dimension !== dimension);
      const same = before.some((filter) => filter.dimension === dimension && filter.values[0] === value);
      return same ? others : [...others, { dimension, op: 'is', values: [value] }];
    });
  const went = (deployments.value ?? []).filter(
    ({ phase, release, finishedAt }) => phase === 'live' && release !== null && finishedAt !== null,
  );
  const shared = { figures, about, filters, range: span.range };
  const panel = { ...shared, before: span.before, onFilter: toggle };
  const newest = went.toSorted((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0))[0];
  return (
    <>
      {status.error && copiedAt === null && (
        <Notice message={status.error.message} hint={status.error.hint} />
      )}
      <div className={styles.bar}>
        <Choice<SpanName>
          label="How far back"
          value={spanName}
          options={spanNames.map((value) => ({ value, label: value }))}
          onValue={(name: SpanName) => setSpanName(name)}
        />
        <Live figures={figures} filters={filters} />
        <Button weight="quiet" onClick={() => void saveCsv(figures, span, filters, at.app)}>
          Save as CSV
        </Button>
      </div>
      {filters.length > 0 && (
        <div className={styles.chips}>
          {filters.map((filter) => (
            <button
              key={writeFilter(filter)}
              type="button"
              className={styles.chip}
              aria-label={`Remove the filter ${filterText(filter)}`}
              onClick={() => setFilters(filters.filter((each) => each !== filter))}
            >
              {filterText(filter)} ×
            </button>
          ))}
          {filters
            .filter(({ dimension, op }) => dimension === 'page' && op === 'is')
            .map(({ values: [page = ''] }) => (
              <Go key={page} to={{ kind: 'app', ...at, tab: 'replays', sub: ['on', page] }}>
                Replays of {page}
              </Go>
            ))}
        </div>
      )}
      <Segments at={at} filters={filters} onChoose={setFilters} />
      <CopyLine copy={copy} copiedAt={copiedAt} />
      <Trend
        {...shared}
        span={span}
        zone={zone}
        marks={went.map(({ finishedAt, release, kind }) => ({
          at: finishedAt ?? 0,
          label: kind === 'rollback' ? `Back to release ${release}` : `Release ${release} went live`,
          ...(kind === 'rollback' ? { tone: 'warn' as const } : {}),
        }))}
      />
      <div className={styles.panels}>
        <Panel title="Pages" dimensions={['page', 'entry_page', 'exit_page', 'host']} {...panel} />
        <Panel title="Sources" dimensions={['source', 'channel', 'referrer']} {...panel} />
        <Panel
          title="Campaigns"
          dimensions={['utm_campaign', 'utm_source', 'utm_medium', 'utm_content', 'utm_term']}
          {...panel}
        />
        <Panel title="Places" dimensions={['country', 'region', 'city', 'language']} {...panel} />
        <Panel
          title="Devices"
          dimensions={['browser', 'os', 'device', 'screen', 'browser_version', 'os_version']}
          {...panel}
        />
        <Panel title="Goals" dimensions={['goal']} {...panel} />
        <Panel title="Releases" dimensions={['release']} {...panel} />
        <Panel title="Revenue" dimensions={['currency']} metric="revenue" {...panel} />
      </div>
      {newest && <ReleaseChange figures={figures} live={newest} filters={filters} now={hour * 3_600_000} />}
      <VitalsPanel {...shared} />
      <FunnelPanel {...shared} />
      <JourneysPanel {...shared} />
      <RetentionPanel {...shared} zone={zone} />
    </>
  );
}

/** People of the last five minutes. */
function Live({ figures, filters }: { figures: Figures; filters: readonly Filter[] }) {
  const { value } = useAsked(
    `live ${JSON.stringify(filters)}`,
    (signal) => {
      const now = Date.now();
      const range = { from: now - liveMs, to: now + 60_000 };
      return figures.ask({ range, metrics: ['visitors'], filters: [...filters] }, signal);
    },
    10_000,
  );
  const people = value?.total.values[0];
  if (typeof people !== 'number') return null;
  return <span role="status">{people === 1 ? '1 person here now' : `${people} people here now`}</span>;
}

async function saveCsv(figures: Figures, { range, interval }: Span, filters: readonly Filter[], app: string) {
  const asked = {
    range,
    zone,
    interval,
    metrics: ['visitors', 'visits', 'pageviews', 'bounce_rate', 'visit_duration'] as const,
    dimensions: ['time', 'page'],
    filters: [...filters],
    limit: 10_000,
  };
  const answer = await figures.ask({ ...asked, metrics: [...asked.metrics] });
  saveText(`${app}-visits.csv`, 'text/csv', answerCsv({ ...asked, metrics: [...asked.metrics] }, answer));
}
