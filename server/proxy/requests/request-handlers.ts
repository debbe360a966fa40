/** The methods that ask the access log and the counters. */

import { WindlassError } from '../../../shared/errors.ts';
import type { TopRow } from '../../../shared/proxy/requests-contract.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Handlers } from '../../kernel/feature.ts';
import type { Telemetry } from '../../kernel/telemetry.ts';
import { agentClassOf } from './agent-class.ts';
import type { LiveRequests } from './live-requests.ts';
import { openMetrics } from './open-metrics.ts';
import { fits } from './request-filter.ts';
import { type CountryOf, type RequestRow, shownEntry, shownRow } from './request-row.ts';
import {
  mostFrequent,
  newest,
  overTime,
  type Question,
  type SeriesSqlRow,
  type TopSqlRow,
} from './request-sql.ts';
import type { TrafficCounts } from './traffic-counts.ts';
import type { TurnedAway } from './turned-away.ts';

export interface RequestSources {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly live: LiveRequests;
  readonly traffic: TrafficCounts;
  readonly turnedAway: TurnedAway;
  /** Client connections now. */
  connections(): number;
  /** Where addresses are; says null of all where there is no database of places. */
  countries(): Promise<CountryOf>;
}

type Names =
  | 'requests.query'
  | 'requests.tail'
  | 'requests.top'
  | 'requests.series'
  | 'requests.refused'
  | 'metrics.read';

const mostPoints = 1000;
/** Values looked at where several of them are one in the end. */
const mostFolded = 20_000;
const mostPerSecond = 500;

export function requestHandlers(sources: RequestSources): Pick<Handlers, Names> {
  const { clock, telemetry, live } = sources;
  const startedAt = clock.now();
  const ask = async <T>({ sql, params }: Question, since: number, until: number): Promise<T[]> => {
    await telemetry.flush();
    return telemetry.query<T>('requests', sql, params, { from: since, to: until });
  };

  return {
    'requests.query': async ({ since, until, limit, ...filter }) => {
      const rows = await ask<RequestRow>(newest(filter, limit), since, until);
      const countryOf = await sources.countries();
      return { requests: rows.map((row) => shownRow(row, countryOf)) };
    },
    'requests.tail': async (filter, { emit, signal }) => {
      const countryOf = await sources.countries();
      const pace = new Pace(clock);
      const stop = live.watch((entry) => {
        if (!fits(filter, entry)) return;
        const skipped = pace.next();
        if (skipped !== null) emit({ request: shownEntry(entry, countryOf), skipped });
      });
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
      stop();
      return {};
    },
    'requests.top': async ({ since, until, by, limit, ...filter }) => {
      const folded = by === 'agent' || by === 'country';
      const rows = await ask<TopSqlRow>(mostFrequent(filter, by, folded ? mostFolded : limit), since, until);
      const top = rows.map(({ value, bytes_out, ...row }) => ({
        ...row,
        value: value ?? '',
        bytesOut: bytes_out,
      }));
      if (!folded) return { rows: top };
      const countryOf = by === 'country' ? await sources.countries() : null;
      const name = (value: string) => (countryOf === null ? agentClassOf(value) : (countryOf(value) ?? ''));
      return { rows: fold(top, name).slice(0, limit) };
    },
    'requests.series': async ({ since, until, step, ...filter }) => {
      const places = Math.floor((until - since) / step) + 1;
      if (!(places >= 1 && places <= mostPoints)) {
        throw new WindlassError('invalid', `that makes ${places} points, and ${mostPoints} are the most`, {
          hint: 'Ask for a shorter time or a longer step.',
        });
      }
      const rows = await ask<SeriesSqlRow>(overTime(filter, since, step), since, until);
      const byPlace = new Map(rows.map((row) => [row.place, row]));
      return {
        points: Array.from({ length: places }, (_, place) => point(since + place * step, byPlace.get(place))),
      };
    },
    'requests.refused': () => ({
      since: startedAt,
      connections: sources.connections(),
      reasons: sources.turnedAway.all(),
    }),
    'metrics.read': () => ({
      text: openMetrics({
        traffic: sources.traffic,
        turnedAway: sources.turnedAway,
        connections: sources.connections(),
        telemetry: telemetry.counts,
        memory: process.memoryUsage.rss(),
      }),
    }),
  };
}

/** Lets through so many a second, and counts the others. */
class Pace {
  readonly #clock: Clock;
  #second = 0;
  #passed = 0;
  #skipped = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many were left out since the last that passed; null where this one is, too. */
  next(): number | null {
    const second = Math.floor(this.#clock.monotonic() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#passed = 0;
    }
    if (this.#passed >= mostPerSecond) {
      this.#skipped++;
      return null;
    }
    this.#passed++;
    const skipped = this.#skipped;
    this.#skipped = 0;
    return skipped;
  }
}

function point(at: number, row: SeriesSqlRow | undefined) {
  return {
    at,
    requests: row?.requests ?? 0,
    classes: [row?.c1 ?? 0, row?.c2 ?? 0, row?.c3 ?? 0, row?.c4 ?? 0, row?.c5 ?? 0],
    bytesOut: row?.bytes_out ?? 0,
    p50: row?.p50 ?? null,
    p95: row?.p95 ?? null,
  };
}

/** Adds up rows whose values have one name. Their times are not known then: that would need all rows. */
function fold(rows: readonly TopRow[], nameOf: (value: string) => string): TopRow[] {
  const all = new Map<string, TopRow>();
  for (const row of rows) {
    const value = nameOf(row.value);
    const sum = all.get(value);
    if (sum === undefined) {
      all.set(value, { ...row, value, p50: null, p95: null });
      continue;
    }
    sum.requests += row.requests;
    sum.errors += row.errors;
    sum.bytesOut += row.bytesOut;
  }
  return [...all.values()].sort((a, b) => b.requests - a.requests);
}
