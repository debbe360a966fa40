/** The ways people take: the first pages of their visits, or those after a page that was chosen. Pure. */

import * as z from 'zod/mini';
import type { OpenPartitions } from './answer-question.ts';
import { masksOf, rowPasses, visitPasses } from './filter-mask.ts';
import { filters, range } from './query.ts';

export const journeysQuestion = z.object({
  range,
  filters,
  /** Where the ways begin; left out, where the visits do. */
  from: z.optional(z.string().check(z.maxLength(2000))),
  /** Pages of a way. */
  length: z._default(z.number().check(z.int(), z.minimum(2), z.maximum(8)), 4),
  limit: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(500)), 50),
});
export type JourneysQuestion = z.infer<typeof journeysQuestion>;

export const journeysAnswer = z.object({
  /** The most taken first; a way shorter than asked ended there. */
  journeys: z.array(z.object({ pages: z.array(z.string()), visits: z.number() })),
});
export type JourneysAnswer = z.infer<typeof journeysAnswer>;

/** A page that was loaded again is one step. */
export function answerJourneys(open: OpenPartitions, question: JourneysQuestion): JourneysAnswer {
  const { range, filters, from, length, limit } = question;
  const counts = new Map<string, number>();
  for (const partition of open(range)) {
    const first = partition.column('first');
    const at = partition.column('at');
    const kind = partition.column('kind');
    const page = partition.column('page');
    const words = partition.dictionary('page');
    const masks = masksOf(partition, filters);
    for (let visit = 0; visit < partition.visits; visit++) {
      const begin = first[visit] ?? 0;
      const next = first[visit + 1] ?? 0;
      const started = partition.day + (at[begin] ?? 0);
      if (started < range.from || started >= range.to) continue;
      if (!visitPasses(masks, visit, begin, next)) continue;
      const way: string[] = [];
      let passed = false;
      for (let event = begin; event < next; event++) {
        passed ||= rowPasses(masks.events, event);
        if (kind[event] !== 0 || way.length === length) continue;
        const path = words[page[event] ?? 0] ?? '';
        if (way.length === 0 && from !== undefined && path !== from) continue;
        if (way.at(-1) !== path) way.push(path);
      }
      if (!passed || way.length === 0) continue;
      const key = way.join('\n');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const journeys = [...counts]
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([key, visits]) => ({ pages: key.split('\n'), visits }));
  return { journeys };
}
