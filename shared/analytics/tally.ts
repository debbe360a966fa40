/** Figures in the making: sums for each of a number of groups, from which every metric follows. */

import type { Metric } from './query.ts';

const counts = [
  'visitors',
  'visits',
  'views',
  'events',
  'bounces',
  'viewsOfVisits',
  'engagedViews',
  'scrolledViews',
] as const;
const sums = ['duration', 'engaged', 'scroll', 'revenue'] as const;
const fields = [...counts, ...sums];
export type TallyField = (typeof fields)[number];

/** Columns of sums, one place a group. */
export type Tally = Readonly<
  Record<(typeof counts)[number], Uint32Array> & Record<(typeof sums)[number], Float64Array>
>;
/** The sums of one group. */
export type Sums = Record<TallyField, number>;

export function newTally(groups: number): Tally {
  return Object.fromEntries([
    ...counts.map((field) => [field, new Uint32Array(groups)]),
    ...sums.map((field) => [field, new Float64Array(groups)]),
  ]) as Tally;
}

export function noSums(): Sums {
  return Object.fromEntries(fields.map((field) => [field, 0])) as Sums;
}

export function addSums(into: Sums, from: Tally, group: number): void {
  // Written out: this runs for every word of every day, and a loop over names takes four times as long.
  into.visitors += from.visitors[group] ?? 0;
  into.visits += from.visits[group] ?? 0;
  into.views += from.views[group] ?? 0;
  into.events += from.events[group] ?? 0;
  into.bounces += from.bounces[group] ?? 0;
  into.viewsOfVisits += from.viewsOfVisits[group] ?? 0;
  into.engagedViews += from.engagedViews[group] ?? 0;
  into.scrolledViews += from.scrolledViews[group] ?? 0;
  into.duration += from.duration[group] ?? 0;
  into.engaged += from.engaged[group] ?? 0;
  into.scroll += from.scroll[group] ?? 0;
  into.revenue += from.revenue[group] ?? 0;
}

/** Which parts of a scan the metrics need. */
export interface Needs {
  readonly visits: boolean;
  readonly measures: boolean;
}

export function needsOf(metrics: readonly Metric[]): Needs {
  const any = (...names: Metric[]) => metrics.some((metric) => names.includes(metric));
  return {
    visits: any('visits', 'bounce_rate', 'visit_duration', 'views_per_visit'),
    measures: any('time_on_page', 'scroll_depth', 'revenue'),
  };
}

/** Null for a share of nothing. */
export function metricOf(sums: Sums, metric: Metric): number | null {
  switch (metric) {
    case 'visitors':
      return sums.visitors;
    case 'visits':
      return sums.visits;
    case 'pageviews':
      return sums.views;
    case 'events':
      return sums.events;
    case 'bounce_rate':
      return share(sums.bounces, sums.visits);
    case 'visit_duration':
      return share(sums.duration, sums.visits);
    case 'views_per_visit':
      return share(sums.viewsOfVisits, sums.visits);
    case 'time_on_page':
      return share(sums.engaged, sums.engagedViews);
    case 'scroll_depth':
      return share(sums.scroll, sums.scrolledViews);
    case 'revenue':
      return sums.revenue / 1000;
  }
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
