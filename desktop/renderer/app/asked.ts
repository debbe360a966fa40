/** A question a component asks: its answer, its failure, asked again when something changed or time passed. */

import { useCallback, useEffect, useRef, useState } from 'react';
import { type PublicError, toPublicError } from '../../../shared/errors.ts';

export interface Asked<T> {
  /** Null until the first answer. Kept while it is asked again. */
  value: T | null;
  error: PublicError | null;
  again(): void;
}

const listeners = new Set<() => void>();

/** After an action: everything on screen is asked again. */
export function askAgain(): void {
  for (const tell of listeners) tell();
}

/** `key` names the question: another key forgets the answer. `everyMs` while the window is seen. */
export function useAsked<T>(
  key: string,
  ask: (signal: AbortSignal) => Promise<T>,
  everyMs?: number,
): Asked<T> {
  const [state, setState] = useState<{ key: string; value: T | null; error: PublicError | null }>({
    key,
    value: null,
    error: null,
  });
  const [turn, setTurn] = useState(0);
  const asking = useRef(ask);
  asking.current = ask;
  const again = useCallback(() => setTurn((before) => before + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn is what asks again.
  useEffect(() => {
    const stop = new AbortController();
    asking.current(stop.signal).then(
      (value) => setState({ key, value, error: null }),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        setState((before) => ({
          key,
          value: before.key === key ? before.value : null,
          error: toPublicError(error),
        }));
      },
    );
    return () => stop.abort();
  }, [key, turn]);
  useEffect(() => {
    listeners.add(again);
    const timer = everyMs && setInterval(() => !document.hidden && again(), everyMs);
    return () => {
      listeners.delete(again);
      clearInterval(timer || undefined);
    };
  }, [again, everyMs]);
  return state.key === key ? { ...state, again } : { value: null, error: null, again };
}

/** An action a person started: whether it runs, and how it failed. */
export function useAction(): {
  running: boolean;
  error: PublicError | null;
  run(action: () => Promise<void>): Promise<void>;
} {
  const [state, setState] = useState<{ running: boolean; error: PublicError | null }>({
    running: false,
    error: null,
  });
  const run = useCallback(async (action: () => Promise<void>) => {
    setState({ running: true, error: null });
    try {
      await action();
      setState({ running: false, error: null });
    } catch (error) {
      setState({ running: false, error: toPublicError(error) });
    }
    askAgain();
  }, []);
  return { ...state, run };
}
