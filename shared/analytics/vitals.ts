/** How fast pages felt: the 75th percentile of each vital by page, release or device, and what it is worth. Pure. */

import * as z from 'zod/mini';
import type { OpenPartitions } from './answer-question.ts';
import { vitalScale } from './build-partition.ts';
import { masksOf, rowPasses, visitPasses } from './filter-mask.ts';
import { groupOf } from './group.ts';
import { type VitalName, vitalNames } from './hit.ts';
import { filters, range } from './query.ts';

/** Up to the first it is good, above the second poor (web.dev/articles/vitals); ms, `cls` without a unit. */
const vitalBounds: Readonly<Record<VitalName, readonly [good: number, poor: number]>> = {
  lcp: [2500, 4000],
  inp: [200, 500],
  cls: [0.1, 0.25],
  fcp: [1800, 3000],
  ttfb: [800, 1800],
};

export const rating = z.enum(['good', 'needs-work', 'poor']);
export type Rating = z.infer<typeof rating>;

export function rate(name: VitalName, value: number): Rating {
  const [good, poor] = vitalBounds[name];
  return value <= good ? 'good' : value <= poor ? 'needs-work' : 'poor';
}

export const vitalsQuestion = z.object({
  range,
  filters,
  by: z._default(z.enum(['page', 'release', 'device', 'browser', 'country']), 'page'),
  limit: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(1000)), 50),
});
export type VitalsQuestion = z.infer<typeof vitalsQuestion>;

const vital = z.nullable(z.object({ p75: z.number(), rating, count: z.number() }));
const vitalsOfOne = z.object({ lcp: vital, inp: vital, cls: vital, fcp: vital, ttfb: vital });
export const vitalsAnswer = z.object({
  total: vitalsOfOne,
  /** Those with the most measurements first. */
  rows: z.array(z.object({ key: z.string(), views: z.number(), vitals: vitalsOfOne })),
});
export type VitalsAnswer = z.infer<typeof vitalsAnswer>;

type Values = Record<VitalName, number[]>;

export function answerVitals(open: OpenPartitions, question: VitalsQuestion): VitalsAnswer {
  const all = noValues();
  const groups = new Map<string, { views: number; values: Values }>();
  for (const partition of open(question.range)) {
    const columns = vitalNames.map((name) => ({ name, column: partition.column(name) }));
    const measured = columns.filter(({ column }) => column.some((value) => value !== 0));
    if (measured.length === 0) continue;
    const first = partition.column('first');
    const at = partition.column('at');
    const group = groupOf(partition, question.by, []);
    if (group.kind === 'time' || group.kind === 'words') continue;
    const masks = masksOf(partition, question.filters);
    for (let visit = 0; visit < partition.visits; visit++) {
      const begin = first[visit] ?? 0;
      const next = first[visit + 1] ?? 0;
      if (!visitPasses(masks, visit, begin, next)) continue;
      for (let event = begin; event < next; event++) {
        const time = partition.day + (at[event] ?? 0);
        if (time < question.range.from || time >= question.range.to) continue;
        if (!rowPasses(masks.events, event)) continue;
        if (measured.every(({ column }) => column[event] === 0)) continue;
        const key = group.words[group.column[group.kind === 'visits' ? visit : event] ?? 0] ?? '';
        let mine = groups.get(key);
        if (mine === undefined) {
          mine = { views: 0, values: noValues() };
          groups.set(key, mine);
        }
        mine.views += 1;
        for (const { name, column } of measured) {
          const stored = column[event] ?? 0;
          if (stored === 0) continue;
          const value = (stored - 1) / vitalScale(name);
          mine.values[name].push(value);
          all[name].push(value);
        }
      }
    }
  }
  const rows = [...groups]
    .map(([key, { views, values }]) => ({ key, views, vitals: judged(values) }))
    .sort((a, b) => b.views - a.views || (a.key < b.key ? -1 : 1))
    .slice(0, question.limit);
  return { total: judged(all), rows };
}

function noValues(): Values {
  return { lcp: [], inp: [], cls: [], fcp: [], ttfb: [] };
}

function judged(values: Values) {
  const of = (name: VitalName) => {
    const sorted = Float64Array.from(values[name]).sort();
    const p75 = sorted[Math.ceil(sorted.length * 0.75) - 1];
    return p75 === undefined ? null : { p75, rating: rate(name, p75), count: sorted.length };
  };
  return { lcp: of('lcp'), inp: of('inp'), cls: of('cls'), fcp: of('fcp'), ttfb: of('ttfb') };
}
