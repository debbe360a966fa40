/** What becomes of a run that is due while an earlier one of the same job is not over. Pure. */

import type { ScheduledJob } from './schedule.ts';

export type Turn = { kind: 'run' } | { kind: 'skip'; why: string };

/** Runs of one job that may go on side by side where overlapping is allowed. */
const mostAtOnce = 10;

/** `running` and `waiting` count the job's runs that are not over. */
export function turn(overlap: ScheduledJob['overlap'], running: number, waiting: number): Turn {
  switch (overlap) {
    case 'skip':
      return running + waiting === 0
        ? { kind: 'run' }
        : { kind: 'skip', why: 'the run before still goes on' };
    case 'queue':
      // One is enough: a queue that only grows would never be worked off.
      return waiting === 0 ? { kind: 'run' } : { kind: 'skip', why: 'another run waits already' };
    case 'allow':
      return running + waiting < mostAtOnce
        ? { kind: 'run' }
        : { kind: 'skip', why: `${mostAtOnce} runs go on already` };
  }
}
