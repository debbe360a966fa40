/** Waits for check-ins: one timer while any is due, and none otherwise. */

export interface DueWatch {
  /** A check-in has to be there at `at`, ms. */
  expect(at: number): void;
  stop(): void;
}

export interface DueWatchParts {
  now(): number;
  /** Looks who is late; answers when to look again. */
  look(): Promise<number | null>;
  /** Calls once after `ms`; answers how to call it off. Default a timer that holds no process. */
  wait?: (ms: number, then: () => void) => () => void;
}

/** Never more often, and, as clocks may be set, never less often while something is due. */
const leastMs = 10_000;
const mostMs = 60_000;

export function createDueWatch({ now, look, wait = waitOnTimer }: DueWatchParts): DueWatch {
  let due: number | null = null;
  let callOff: (() => void) | null = null;
  let stopped = false;

  const arm = () => {
    if (due === null || stopped || callOff !== null) return;
    callOff = wait(Math.min(mostMs, Math.max(leastMs, due - now() + 1)), () => void wake());
  };
  const wake = async () => {
    callOff = null;
    if (due !== null && now() > due) {
      due = null;
      const next = await look();
      if (next !== null) due = Math.min(due ?? next, next);
    }
    arm();
  };
  return {
    expect(at) {
      due = Math.min(due ?? at, at);
      arm();
    },
    stop() {
      stopped = true;
      callOff?.();
    },
  };
}

function waitOnTimer(ms: number, then: () => void): () => void {
  const timer = setTimeout(then, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
