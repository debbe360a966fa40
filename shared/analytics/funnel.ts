/** How many people did one thing after the other. Pure. */

import * as z from 'zod/mini';
import type { OpenPartitions } from './answer-question.ts';
import { masksOf, rowPasses, visitPasses } from './filter-mask.ts';
import type { Partition } from './partition.ts';
import { filters, range } from './query.ts';

const funnelStep = z.discriminatedUnion('kind', [
  /** `*` stands for anything, `/` included. */
  z.object({ kind: z.literal('page'), path: z.string().check(z.minLength(1), z.maxLength(2000)) }),
  z.object({ kind: z.literal('goal'), name: z.string().check(z.minLength(1), z.maxLength(300)) }),
]);
export type FunnelStep = z.infer<typeof funnelStep>;

export const funnelQuestion = z.object({
  range,
  filters,
  steps: z.array(funnelStep).check(z.minLength(2), z.maxLength(8)),
  /** Strict: nothing else was done in between. */
  strict: z._default(z.boolean(), false),
  /** From the first step to the last, ms; people are known for a day, so at most that. */
  within: z._default(z.number().check(z.int(), z.minimum(1000), z.maximum(86_400_000)), 86_400_000),
});
export type FunnelQuestion = z.infer<typeof funnelQuestion>;

export const funnelAnswer = z.object({
  /** People who did anything at all in the range. */
  visitors: z.number(),
  /** People who came as far as each step; each at most the one before. */
  steps: z.array(z.number()),
});
export type FunnelAnswer = z.infer<typeof funnelAnswer>;

export function answerFunnel(open: OpenPartitions, question: FunnelQuestion): FunnelAnswer {
  const answer = { visitors: 0, steps: question.steps.map(() => 0) };
  for (const partition of open(question.range)) addPartition(partition, question, answer);
  return answer;
}

function addPartition(partition: Partition, question: FunnelQuestion, answer: FunnelAnswer): void {
  const { steps, strict, within, range, filters } = question;
  const visitsOf = partition.column('visits');
  const first = partition.column('first');
  const at = partition.column('at');
  const masks = masksOf(partition, filters);
  const matchers = steps.map((step) => stepMatcher(partition, step));
  const from = range.from - partition.day;
  const to = range.to - partition.day;
  for (let visitor = 0; visitor < partition.visitors; visitor++) {
    const progress = new Progress(steps.length, strict, within);
    const end = visitsOf[visitor + 1] ?? 0;
    let came = false;
    for (let visit = visitsOf[visitor] ?? 0; visit < end; visit++) {
      const begin = first[visit] ?? 0;
      const next = first[visit + 1] ?? 0;
      if (!visitPasses(masks, visit, begin, next)) continue;
      for (let event = begin; event < next; event++) {
        const time = at[event] ?? 0;
        if (time < from || time >= to) continue;
        if (!rowPasses(masks.events, event)) continue;
        came = true;
        progress.see(time, (step) => matchers[step]?.(event) ?? false);
      }
    }
    if (came) answer.visitors += 1;
    for (let step = 0; step < progress.reached; step++) answer.steps[step] = (answer.steps[step] ?? 0) + 1;
  }
}

/**
 * For every step the latest start of a chain that came that far: a later start leaves more time for the rest, so no other
 * one needs to be remembered. (The rule ClickHouse's windowFunnel follows, too.)
 */
class Progress {
  reached = 0;
  readonly #starts: (number | null)[];
  readonly #strict: boolean;
  readonly #within: number;

  constructor(steps: number, strict: boolean, within: number) {
    this.#starts = Array.from({ length: steps }, () => null);
    this.#strict = strict;
    this.#within = within;
  }

  see(time: number, matches: (step: number) => boolean): void {
    const starts = this.#starts;
    // From the last step down, so that one event is never two steps of a chain.
    for (let step = starts.length - 1; step >= 0; step--) {
      const before = step === 0 ? time : (starts[step - 1] ?? null);
      const goesOn = before !== null && time - before <= this.#within && matches(step);
      if (goesOn) {
        starts[step] = before;
        this.reached = Math.max(this.reached, step + 1);
      } else if (this.#strict) {
        starts[step] = null;
      }
    }
  }
}

function stepMatcher(partition: Partition, step: FunnelStep): (event: number) => boolean {
  const kind = partition.column('kind');
  switch (step.kind) {
    case 'page': {
      const pattern = pathPattern(step.path);
      const column = partition.column('page');
      const fits = Uint8Array.from(partition.dictionary('page'), (path) => (pattern.test(path) ? 1 : 0));
      return (event) => kind[event] === 0 && fits[column[event] ?? 0] === 1;
    }
    case 'goal': {
      const column = partition.column('name');
      const number = partition.dictionary('name').indexOf(step.name);
      return (event) => kind[event] === 1 && column[event] === number;
    }
  }
}

export function pathPattern(path: string): RegExp {
  const parts = path.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
