/** What is left of a day whose single visits are gone, or what another tool counted: sums by day for each dimension. Pure. */

import { answerQuestion } from './answer-question.ts';
import type { Partition } from './partition.ts';
import { type Metric, type PlainDimension, question } from './query.ts';
import type { RollupRow } from './rollup-row.ts';

/** Each is counted for itself, so a question that filters, or combines two, has no answer in them. */
const rollupDimensions: readonly PlainDimension[] = [
  'page',
  'entry_page',
  'exit_page',
  'source',
  'channel',
  'referrer',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'country',
  'region',
  'city',
  'browser',
  'os',
  'device',
  'screen',
  'language',
  'goal',
  'release',
];

/** Of each dimension and day; what comes after them is not kept by its name. */
const mostKeys = 500;
const metrics: Metric[] = [
  'visitors',
  'visits',
  'pageviews',
  'events',
  'bounce_rate',
  'visit_duration',
  'views_per_visit',
];

/** Numbers of visitors stay exact: a visitor is of one day alone. */
export function rollUp(partition: Partition): RollupRow[] {
  const range = { from: partition.day, to: partition.day + partition.last + 1 };
  const rows: RollupRow[] = [];
  for (const dimension of ['', ...rollupDimensions] as const) {
    const asked = question.parse({
      range,
      metrics,
      dimensions: dimension === '' ? [] : [dimension],
      limit: mostKeys,
    });
    for (const { keys, values } of answerQuestion(() => [partition], asked).rows) {
      const [visitors = 0, visits = 0, views = 0, events = 0, bounce, duration, perVisit] = values.map(
        (value) => value ?? 0,
      );
      const ofVisits = (share = 0) => share * visits;
      rows.push({
        day: partition.day,
        dimension,
        key: keys[0] ?? '',
        visitors,
        visits,
        views,
        events,
        bounces: Math.round(ofVisits(bounce)),
        duration: Math.round(ofVisits(duration)),
        viewsOfVisits: Math.round(ofVisits(perVisit)),
      });
    }
  }
  return rows;
}
