/** The visits that saw a page within a short time, and, where it was only one, the way it took until then. Pure. */

import * as z from 'zod/mini';
import type { OpenPartitions } from './answer-question.ts';
import { range } from './query.ts';

export const passingQuestion = z.object({
  /** Page views within it count; the way ends with it. */
  range,
  host: z.string().check(z.maxLength(300)),
  path: z.string().check(z.maxLength(2000)),
});
export type PassingQuestion = z.infer<typeof passingQuestion>;

export const passingAnswer = z.object({
  visits: z.number(),
  /** Empty unless there was exactly one. The last pages of its way, in order. */
  pages: z.array(z.object({ at: z.number(), path: z.string() })),
});
export type PassingAnswer = z.infer<typeof passingAnswer>;

const mostPages = 30;

export function answerPassing(open: OpenPartitions, question: PassingQuestion): PassingAnswer {
  const { range, host, path } = question;
  let visits = 0;
  let pages: PassingAnswer['pages'] = [];
  for (const partition of open(range)) {
    const first = partition.column('first');
    const at = partition.column('at');
    const kind = partition.column('kind');
    const page = partition.column('page');
    const hosts = partition.column('host');
    const wantedPage = partition.dictionary('page').indexOf(path);
    const wantedHost = partition.dictionary('host').indexOf(host);
    if (wantedPage === -1 || wantedHost === -1) continue;
    const words = partition.dictionary('page');
    for (let visit = 0; visit < partition.visits; visit++) {
      const way: PassingAnswer['pages'] = [];
      let passed = false;
      for (let event = first[visit] ?? 0; event < (first[visit + 1] ?? 0); event++) {
        const when = partition.day + (at[event] ?? 0);
        if (kind[event] !== 0 || when > range.to) continue;
        way.push({ at: when, path: words[page[event] ?? 0] ?? '' });
        passed ||= when >= range.from && page[event] === wantedPage && hosts[event] === wantedHost;
      }
      if (!passed) continue;
      visits++;
      pages = way.slice(-mostPages);
    }
  }
  return { visits, pages: visits === 1 ? pages : [] };
}
