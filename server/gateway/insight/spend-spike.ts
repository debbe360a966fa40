/** Whether an app spends far more than it ever did lately: a loop that calls a model, a key that got out. */

import type { Database } from 'bun:sqlite';
import { dollarText, type Nanodollars, nanodollarsPerDollar } from '../../../shared/gateway/money.ts';
import type { Notice } from '../../kernel/notice.ts';

const hourMs = 3_600_000;
/** Hours that say what is usual. */
const weekHours = 7 * 24;
/** Times the dearest hour of that week. A nightly job is in it, so it raises nothing. */
const factor = 4;
/** Nobody wants to be woken for less. */
const least: Nanodollars = nanodollarsPerDollar;

export interface HourlySpend {
  /** Empty where no app called: a person's own key. */
  readonly app: string;
  /** Since the epoch, UTC. */
  readonly hour: number;
  readonly cost: Nanodollars;
}

export interface Spike {
  readonly app: string;
  readonly hour: number;
  readonly spent: Nanodollars;
  /** The dearest hour of the week before. */
  readonly usual: Nanodollars;
}

/** Spikes of `hour`. An app whose first call is younger than a day has nothing that is usual yet, and raises none. */
export function findSpikes(rows: readonly HourlySpend[], hour: number): Spike[] {
  const apps = new Map<string, { spent: Nanodollars; usual: Nanodollars; since: number }>();
  for (const row of rows) {
    const known = apps.get(row.app) ?? { spent: 0, usual: 0, since: row.hour };
    known.since = Math.min(known.since, row.hour);
    if (row.hour === hour) known.spent += row.cost;
    else if (row.hour < hour) known.usual = Math.max(known.usual, row.cost);
    apps.set(row.app, known);
  }
  return [...apps]
    .filter(([, { spent, usual, since }]) => since <= hour - 24 && spent >= least && spent >= usual * factor)
    .map(([app, { spent, usual }]) => ({ app, hour, spent, usual }));
}

/** Looks whenever it is asked, and says each spike once, however long it lasts. */
export function createSpikeWatch(db: Database): (now: number) => Spike[] {
  const told = new Map<string, number>();
  return (now) => {
    const hour = Math.floor(now / hourMs);
    const rows = db
      .query<HourlySpend, [number]>(
        'SELECT app, hour, sum(cost) AS cost FROM usage_hours WHERE hour >= ? GROUP BY app, hour',
      )
      .all(hour - weekHours);
    return findSpikes(rows, hour).filter(({ app }) => {
      const before = told.get(app);
      told.set(app, hour);
      return before === undefined || before < hour - 1;
    });
  };
}

export function spikeNotice({ app, hour, spent, usual }: Spike, now: number): Notice {
  const who = app === '' ? 'Keys without an app' : app;
  return {
    kind: 'spend.spike',
    subject: `ai-spend:${app}:${hour}`,
    state: 'news',
    severity: 'warning',
    app: app === '' ? null : app,
    environment: null,
    release: null,
    title: `${app === '' ? 'keys without an app spend' : `${app} spends`} far more on AI than usual`,
    text:
      `${who}: ${dollarText(spent)} in this hour; the dearest hour of the week before was ${dollarText(usual)}. ` +
      `\`windlass ai usage --by release,model --since 2h${app === '' ? '' : ` --app ${app}`}\` says by what; a budget would hold it.`,
    at: now,
  };
}
