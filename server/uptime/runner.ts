/** Runs checks when they are due: one timer for all, none while there is no check. */

import type { Check } from '../../shared/uptime/check.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { failureOf, type Outcome } from './outcome.ts';
import { createSchedule, jitter } from './schedule.ts';

export interface Runner {
  /** From now on these, and no others. What is new is first looked at within `soonMs`, else within its interval. */
  sync(checks: readonly Check[], soonMs?: number): void;
  /** The check is looked at next. */
  hurry(id: number): void;
  /** An attempt now, beside the schedule; its result counts. */
  run(check: Check): Promise<Outcome>;
  /** Looks what is due. Called by its own timer. */
  look(): void;
  /** How late the latest attempt began since it was last asked, ms. */
  takeLateness(): number;
  stop(): Promise<void>;
}

export interface RunnerParts {
  clock: Clock;
  log: Log;
  /** Rejects only for a bug. */
  attempt(check: Check, signal: AbortSignal): Promise<Outcome>;
  /** Whether the check is in doubt, so that it is looked at again soon. */
  result(check: Check, outcome: Outcome, at: number): { doubt: boolean };
  /** The machine slept, or its clock was set: results that were under way are worth nothing. */
  woke(): void;
  /** Calls back after `ms`; the function it returns calls that off. */
  later(ms: number, work: () => void): () => void;
}

/** What is due within it is looked at together: 20 wake-ups a second at most, whatever the number of checks. */
const tickMs = 50;
/** Looked at again at least this often, so that a sleep of the machine is noticed. */
const longestMs = 30_000;
const jumpMs = 10_000;
const mostAtOnce = 500;
/** While a check is in doubt. */
const doubtMs = 15_000;

export function createRunner(parts: RunnerParts): Runner {
  const { clock, log } = parts;
  const schedule = createSchedule();
  const checks = new Map<number, Check>();
  const underWay = new Map<number, AbortController>();
  /** Attempts that have not settled yet, for the stop. */
  const unsettled = new Set<Promise<unknown>>();
  let cancel: (() => void) | null = null;
  let seen = { wall: clock.now(), steady: clock.monotonic() };
  let wantedAt: number | null = null;
  let epoch = 0;
  let lateness = 0;
  let stopped = false;

  const reschedule = () => {
    cancel?.();
    cancel = null;
    wantedAt = null;
    const next = schedule.next();
    if (next === null || stopped) return;
    const wait = Math.min(longestMs, Math.max(tickMs, next - clock.monotonic()));
    wantedAt = clock.monotonic() + wait;
    cancel = parts.later(wait, look);
  };

  /** Asked before anything counts: whether time passed that we did not see (a sleep, a stopped process, a clock that was set). */
  const noticeJump = (): void => {
    const now = { wall: clock.now(), steady: clock.monotonic() };
    const drift = Math.abs(now.wall - seen.wall - (now.steady - seen.steady));
    const overslept = wantedAt === null ? 0 : now.steady - wantedAt;
    seen = now;
    if (stopped || (drift <= jumpMs && overslept <= jumpMs)) return;
    epoch++;
    for (const stop of underWay.values()) stop.abort(new DOMException('', 'AbortError'));
    underWay.clear();
    parts.woke();
    // Not all at once: whatever they ask is waking up, too.
    for (const check of checks.values()) schedule.set(check.id, firstOf(check, now.steady, 30_000));
    reschedule();
  };

  const attempt = async (check: Check): Promise<Outcome> => {
    const began = epoch;
    const stop = new AbortController();
    const timeoutMs = check.timeoutSeconds * 1000;
    underWay.set(check.id, stop);
    const cutOff = new Promise<Outcome>((resolve) => {
      stop.signal.addEventListener('abort', () => resolve(failureOf(stop.signal.reason, timeoutMs)), {
        once: true,
      });
    });
    const timeUp = parts.later(timeoutMs, () => stop.abort(new DOMException('', 'TimeoutError')));
    try {
      const outcome = await Promise.race([
        parts.attempt(check, stop.signal).catch((error: unknown): Outcome => {
          log.error('a check hit a bug', { check: check.id, error });
          return { kind: 'unsure', why: 'Windlass hit a bug' };
        }),
        cutOff,
      ]);
      noticeJump();
      const counts = began === epoch && !stopped && checks.get(check.id) === check;
      if (counts) settled(check, outcome);
      return outcome;
    } finally {
      timeUp();
      if (underWay.get(check.id) === stop) underWay.delete(check.id);
    }
  };

  const settled = (check: Check, outcome: Outcome) => {
    const { doubt } = parts.result(check, outcome, clock.now());
    const due = schedule.at(check.id);
    const soon = clock.monotonic() + Math.min(doubtMs, check.everySeconds * 1000);
    if (doubt && due !== undefined && soon < due) {
      schedule.set(check.id, soon);
      reschedule();
    }
  };

  const begin = (check: Check): Promise<Outcome> => {
    const running = attempt(check);
    unsettled.add(running);
    void running.finally(() => unsettled.delete(running));
    return running;
  };

  const look = () => {
    cancel = null;
    if (stopped) return;
    noticeJump();
    const now = clock.monotonic();
    for (const { id, at } of schedule.take(now, mostAtOnce - underWay.size)) {
      const check = checks.get(id);
      if (check === undefined) continue;
      const every = check.everySeconds * 1000;
      // It keeps its place in the interval, and what was missed is not made up for.
      schedule.set(id, at + every * Math.max(1, Math.ceil((now - at + 1) / every)));
      if (underWay.has(id)) continue;
      lateness = Math.max(lateness, now - at);
      void begin(check);
    }
    reschedule();
  };

  return {
    sync(wanted, soonMs) {
      const now = clock.monotonic();
      const active = new Map(wanted.filter((check) => !check.paused).map((check) => [check.id, check]));
      for (const id of checks.keys()) {
        if (active.has(id)) continue;
        schedule.remove(id);
        underWay.get(id)?.abort(new DOMException('', 'AbortError'));
      }
      for (const [id, check] of active) {
        const before = checks.get(id);
        if (before?.everySeconds === check.everySeconds && schedule.at(id) !== undefined) continue;
        schedule.set(id, firstOf(check, now, soonMs ?? Number.POSITIVE_INFINITY));
      }
      checks.clear();
      for (const [id, check] of active) checks.set(id, check);
      // While nothing was due nobody looked, and that was no sleep.
      if (wantedAt === null) seen = { wall: clock.now(), steady: now };
      reschedule();
    },
    hurry(id) {
      if (!checks.has(id)) return;
      schedule.set(id, clock.monotonic());
      reschedule();
    },
    run: (check) => begin(checks.get(check.id) ?? check),
    look,
    takeLateness() {
      const latest = lateness;
      lateness = 0;
      return latest;
    },
    async stop() {
      stopped = true;
      cancel?.();
      for (const stop of underWay.values()) stop.abort(new DOMException('', 'AbortError'));
      await Promise.all(unsettled);
    },
  };
}

function firstOf(check: Check, now: number, soonMs: number): number {
  return now + jitter(check.id) * Math.min(check.everySeconds * 1000, soonMs);
}
