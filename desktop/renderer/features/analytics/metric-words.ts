/** Metrics and dimensions as people read them. Pure. */

import type { Filter, Metric } from '../../../../shared/analytics/query.ts';
import { span } from '../../app/amounts.ts';

export const metricLabels: Readonly<Record<Metric, string>> = {
  visitors: 'Visitors',
  visits: 'Visits',
  pageviews: 'Page views',
  events: 'Events',
  bounce_rate: 'Bounce rate',
  visit_duration: 'Time per visit',
  views_per_visit: 'Views per visit',
  time_on_page: 'Time on page',
  scroll_depth: 'Scrolled',
  revenue: 'Revenue',
};

export function metricText(metric: Metric, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  switch (metric) {
    case 'bounce_rate':
      return `${Math.round(value * 100)} %`;
    case 'visit_duration':
    case 'time_on_page':
      return span(value);
    case 'scroll_depth':
      return `${Math.round(value)} %`;
    case 'views_per_visit':
      return value.toFixed(1);
    case 'revenue':
      return value.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    default:
      return value.toLocaleString();
  }
}

/** `+12 %`; nothing where there is nothing to compare with. */
export function changeText(now: number | null | undefined, before: number | null | undefined): string {
  if (typeof now !== 'number' || typeof before !== 'number' || before === 0) return '';
  const change = Math.round((now / before - 1) * 100);
  return change === 0 ? '±0 %' : `${change > 0 ? '+' : '−'}${Math.abs(change)} %`;
}

/** What a row is called that has no word of its own. */
export function keyText(dimension: string, key: string): string {
  if (key === '')
    return dimension === 'source' || dimension === 'referrer' ? 'Direct, or not told' : 'Not known';
  if (dimension === 'country') return new Intl.DisplayNames(undefined, { type: 'region' }).of(key) ?? key;
  if (dimension === 'language') return new Intl.DisplayNames(undefined, { type: 'language' }).of(key) ?? key;
  if (dimension === 'release') return `Release ${key}`;
  return key;
}

export function dimensionLabel(dimension: string): string {
  if (dimension.startsWith('prop:')) return dimension.slice(5);
  const text = dimension.replace(/^utm_/, 'UTM ').replaceAll('_', ' ').replace(/^os\b/, 'OS');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const relations = { is: '', 'is-not': 'not ', contains: 'with ', 'contains-not': 'without ' } as const;

/** `Page /pricing`, `Country not DE or AT`. */
export function filterText({ dimension, op, values }: Filter): string {
  const words = values.map((value) => keyText(dimension, value)).join(' or ');
  return `${dimensionLabel(dimension)} ${relations[op]}${words}`;
}
