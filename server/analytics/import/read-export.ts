/** What other tools export, as sums of days: Plausible's tables, GA4's reports by date, Umami's events. Pure. */

import { buildPartition } from '../../../shared/analytics/build-partition.ts';
import type { Hit } from '../../../shared/analytics/hit.ts';
import { partitionOf } from '../../../shared/analytics/partition.ts';
import type { PlainDimension } from '../../../shared/analytics/query.ts';
import { rollUp } from '../../../shared/analytics/rollup.ts';
import type { RollupRow } from '../../../shared/analytics/rollup-row.ts';
import { WindlassError } from '../../../shared/errors.ts';
import { originOf } from '../channel.ts';
import { clean } from '../report.ts';
import { dayStart } from '../site-folder.ts';
import { agentClass } from './agent-words.ts';
import { type CsvRow, csvRows } from './csv-rows.ts';

/** Columns of Plausible and GA4, by what they are here. */
const dimensionColumns: Readonly<Record<string, PlainDimension>> = {
  page: 'page',
  page_path: 'page',
  page_path_and_screen_class: 'page',
  entry_page: 'entry_page',
  landing_page: 'entry_page',
  exit_page: 'exit_page',
  source: 'source',
  session_source: 'source',
  referrer: 'referrer',
  channel: 'channel',
  session_default_channel_group: 'channel',
  utm_source: 'utm_source',
  utm_medium: 'utm_medium',
  utm_campaign: 'utm_campaign',
  utm_content: 'utm_content',
  utm_term: 'utm_term',
  country: 'country',
  region: 'region',
  city: 'city',
  device: 'device',
  device_category: 'device',
  browser: 'browser',
  operating_system: 'os',
  language: 'language',
  name: 'goal',
  event_name: 'goal',
};

const mostRows = 2_000_000;

/** Throws `invalid` where it is none of them. Days are UTC; what has no day is left out. */
export function readExport(text: string): RollupRow[] {
  const rows = csvRows(text);
  const first = rows.next();
  if (first.done === true)
    throw new WindlassError('invalid', 'the file has no rows', { hint: 'Export it again.' });
  const all = function* () {
    yield first.value;
    yield* rows;
  };
  if ('session_id' in first.value && 'created_at' in first.value) return readUmami(all());
  if ('date' in first.value) return readSums(all(), first.value);
  throw new WindlassError('invalid', 'that is no export of Plausible, Umami or Google Analytics', {
    hint: 'Give a CSV with a column "date", or website_event.csv of Umami.',
  });
}

/** One file is about one thing: the day as a whole, or each of the dimensions it has a column for. */
function readSums(rows: Iterable<CsvRow>, sample: CsvRow): RollupRow[] {
  const dimensions = Object.entries(dimensionColumns).filter(([column]) => column in sample);
  const sums = new Map<string, { -readonly [K in keyof RollupRow]: RollupRow[K] }>();
  for (const row of rows) {
    const day = dayOf(row.date ?? '');
    if (day === null) continue;
    const parts = dimensions.map(
      ([column, dimension]) => [dimension, clean(row[column] ?? '', 2000)] as const,
    );
    for (const [dimension, key] of parts.length === 0 ? ([['', '']] as const) : parts) {
      const name = `${day}\n${dimension}\n${key}`;
      let sum = sums.get(name);
      if (sum === undefined) {
        if (sums.size >= mostRows)
          throw new WindlassError('limit', `the file has more than ${mostRows} sums`);
        sum = {
          day,
          dimension,
          key,
          visitors: 0,
          visits: 0,
          views: 0,
          events: 0,
          bounces: 0,
          duration: 0,
          viewsOfVisits: 0,
        };
        sums.set(name, sum);
      }
      const figure = (...columns: string[]) =>
        number(columns.map((column) => row[column]).find((cell) => cell !== undefined));
      const views = figure('pageviews', 'views', 'screen_page_views');
      sum.visitors += figure('visitors', 'active_users', 'total_users', 'users');
      sum.visits += figure('visits', 'sessions', 'entrances', 'exits');
      sum.views += views;
      sum.events += figure('events', 'event_count') || views;
      sum.bounces += figure('bounces');
      // Plausible has seconds over all visits.
      sum.duration += figure('visit_duration') * 1000;
      sum.viewsOfVisits += views;
    }
  }
  return [...sums.values()];
}

/** Single events, counted as ours are. */
function readUmami(rows: Iterable<CsvRow>): RollupRow[] {
  const hits: Hit[] = [];
  for (const row of rows) {
    const at = Date.parse(`${(row.created_at ?? '').replace(' ', 'T').replace(/Z?$/, 'Z')}`);
    const path = clean(row.url_path ?? '', 2000);
    if (!Number.isFinite(at) || at < 0 || path === '') continue;
    if (hits.length >= mostRows)
      throw new WindlassError('limit', `the file has more than ${mostRows} events`);
    const name = clean(row.event_name ?? '', 300);
    const host = clean(row.hostname ?? '', 255);
    const referrer = row.referrer_domain ? `https://${row.referrer_domain}${row.referrer_path ?? ''}` : '';
    const origin = originOf({ query: new URLSearchParams(row.url_query ?? ''), referrer, host });
    hits.push({
      at,
      visitor: clean(row.session_id ?? '', 64),
      kind: name === '' ? 'pageview' : 'event',
      name: name === '' ? 'pageview' : name,
      host,
      path,
      release: 0,
      visit: {
        source: origin.source,
        referrer: origin.referrer,
        channel: origin.channel,
        country: clean(row.country ?? '', 2),
        region: clean(row.region ?? row.subdivision1 ?? '', 100),
        city: clean(row.city ?? '', 100),
        language: (row.language ?? '').slice(0, 2).toLowerCase(),
        ...agentClass(row),
      },
      props: '',
      revenue: 0,
      currency: '',
      interactive: name !== '',
      page: null,
    });
  }
  const byDay = Map.groupBy(hits, ({ at }) => dayStart(at));
  return [...byDay].flatMap(([day, mine]) => rollUp(partitionOf(buildPartition(day, mine))));
}

/** `2026-01-31` or `20260131`. */
function dayOf(text: string): number | null {
  const [, year, month, date] = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(text.trim()) ?? [];
  const day = Date.UTC(Number(year), Number(month) - 1, Number(date));
  return Number.isFinite(day) && day >= 0 ? day : null;
}

function number(text: string | undefined): number {
  const figure = Number(text ?? 0);
  return Number.isFinite(figure) && figure > 0 ? Math.round(figure) : 0;
}
