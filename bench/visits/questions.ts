/** What a dashboard asks: every panel of the page over thirty days, plain and filtered. */

import type { QuestionInput } from '../../shared/analytics/query.ts';

const overview = [
  'visitors',
  'visits',
  'pageviews',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
] as const;

export function dashboardQuestions(range: {
  from: number;
  to: number;
}): readonly (QuestionInput & { name: string })[] {
  const german = [{ dimension: 'country', op: 'is' as const, values: ['DE'] }];
  const page = [{ dimension: 'page', op: 'is' as const, values: ['/page-1'] }];
  const panel = (name: string, dimension: string, filters: typeof german = []) => ({
    name,
    range,
    metrics: ['visitors' as const],
    dimensions: [dimension],
    filters,
    limit: 10,
  });
  return [
    { name: 'overview by day', range, metrics: [...overview], dimensions: ['time'], interval: 'day' },
    {
      name: 'overview by hour, filtered',
      range,
      metrics: [...overview],
      dimensions: ['time'],
      interval: 'hour',
      filters: german,
    },
    { name: 'totals', range, metrics: [...overview], dimensions: [] },
    panel('pages', 'page'),
    panel('pages, filtered', 'page', german),
    panel('entry pages', 'entry_page'),
    panel('sources', 'source'),
    panel('sources of a page', 'source', page),
    panel('channels', 'channel'),
    panel('countries', 'country'),
    panel('browsers', 'browser'),
    panel('goals', 'goal'),
    panel('releases', 'release'),
    panel('campaigns', 'utm_campaign'),
    panel('a property', 'prop:plan'),
  ];
}
