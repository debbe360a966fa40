/** A deployment as it goes on: its state, and its lines in batches so that a fast build does not draw every one. */

import { useEffect, useState } from 'react';
import type { Deployment, LogLine } from '../../../../shared/deployer/model.ts';
import { type PublicError, toPublicError } from '../../../../shared/errors.ts';
import { askAgain } from '../../app/asked.ts';
import type { ServerClient } from '../../app/server-client.ts';
import { say } from '../../app/toasts.tsx';

export interface Followed {
  deployment: Deployment | null;
  lines: readonly LogLine[];
  error: PublicError | null;
}

const mostLines = 50_000;

export function useFollowed(client: ServerClient, id: string): Followed {
  const [state, setState] = useState<Followed>({ deployment: null, lines: [], error: null });
  useEffect(() => {
    const stop = new AbortController();
    let waiting: LogLine[] = [];
    let frame = 0;
    let watched = false;
    const set = (next: Partial<Followed>) => {
      if (!stop.signal.aborted) setState((before) => ({ ...before, ...next }));
    };
    const flush = () => {
      frame = 0;
      const fresh = waiting;
      waiting = [];
      setState((before) => ({ ...before, lines: [...before.lines, ...fresh].slice(-mostLines) }));
    };
    const look = async () => set({ deployment: await client.call('deployments.get', { id }, stop.signal) });
    const follow = async () => {
      await look();
      const end = await client.stream(
        'deployments.follow',
        { id, toEnd: true },
        (event) => {
          if (event.kind === 'line') {
            waiting.push(event.line);
            frame ||= requestAnimationFrame(flush);
            return;
          }
          // A phase that is old news when the page opens needs no word.
          watched ||= Date.now() - event.at < 2000;
          if (event.phase === 'watching') askAgain();
          look().catch(() => undefined);
        },
        stop.signal,
      );
      set({ deployment: end });
      askAgain();
      if (watched && end.failure) say({ tone: 'bad', text: `${end.app}: ${end.failure.message}` });
      else if (watched && end.phase === 'live') say({ tone: 'good', text: `${end.app} is live` });
    };
    follow().catch((error: unknown) => set({ error: toPublicError(error) }));
    return () => {
      stop.abort();
      cancelAnimationFrame(frame);
    };
  }, [client, id]);
  return state;
}

/** The time now, ms since the epoch, moving while `running`. */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
