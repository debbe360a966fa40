/** A runner on a clock that a test moves: everything that waits is called back when its time has come. */

import { type Check, checkSettings } from '../../shared/uptime/check.ts';
import { createLog } from '../kernel/log.ts';
import type { Outcome } from './outcome.ts';
import { createRunner, type RunnerParts } from './runner.ts';

export interface Clockwork {
  readonly clock: { now(): number; monotonic(): number };
  later(ms: number, work: () => void): () => void;
  /** Lets so much time pass, with every call-back at its time. */
  pass(ms: number): Promise<void>;
  /** Time passes that nobody sees: the machine sleeps (its steady clock stands) or the process is stopped (it runs on). */
  sleep(ms: number, steady: 'stands' | 'runs'): Promise<void>;
  /** Somebody sets the clock. */
  setClock(byMs: number): void;
  readonly waiting: number;
}

export function createClockwork(): Clockwork {
  let wall = Date.UTC(2026, 4, 4, 9);
  let steady = 1000;
  let timers: { at: number; work: () => void }[] = [];
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  const later = (ms: number, work: () => void) => {
    const timer = { at: steady + ms, work };
    timers.push(timer);
    return () => {
      timers = timers.filter((each) => each !== timer);
    };
  };
  const fire = async (until: number, move: boolean) => {
    for (;;) {
      const next = timers.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0];
      if (next === undefined) return;
      timers = timers.filter((each) => each !== next);
      if (move && next.at > steady) {
        wall += next.at - steady;
        steady = next.at;
      }
      next.work();
      await settle();
    }
  };
  return {
    clock: { now: () => wall, monotonic: () => steady },
    later,
    async pass(ms) {
      const until = steady + ms;
      await fire(until, true);
      wall += until - steady;
      steady = until;
      await settle();
    },
    async sleep(ms, how) {
      wall += ms;
      if (how === 'runs') steady += ms;
      await fire(steady, false);
    },
    setClock(byMs) {
      wall += byMs;
    },
    get waiting() {
      return timers.length;
    },
  };
}

export const silentLog = createLog({
  write: () => {},
  clock: { now: () => 0, monotonic: () => 0 },
  redact: (text) => text,
});

export function aCheck(id: number, change: Partial<Check> = {}): Check {
  const settings = checkSettings.parse({
    name: `c${id}`,
    target: { kind: 'tcp', host: 'a.example', port: 1 },
    everySeconds: 30,
    timeoutSeconds: 5,
  });
  return { ...settings, id, given: false, ...change };
}

export function runnerOn(
  work: Clockwork,
  parts: Partial<RunnerParts> & { attempt: RunnerParts['attempt'] },
): { runner: ReturnType<typeof createRunner>; results: { id: number; at: number; outcome: Outcome }[] } {
  const results: { id: number; at: number; outcome: Outcome }[] = [];
  const runner = createRunner({
    clock: work.clock,
    log: silentLog,
    later: work.later,
    woke: () => {},
    result: (check, outcome, at) => {
      results.push({ id: check.id, at, outcome });
      return { doubt: false };
    },
    ...parts,
  });
  return { runner, results };
}
