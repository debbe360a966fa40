/** Looks at the apps of the servers a person has from where the desktop is, and tells each server what was seen. */

import type { ControlClient } from './control-client.ts';

export interface OutsideLook {
  /** One look at the apps of every server that can be asked now. */
  look(): Promise<void>;
  stop(): void;
}

export interface OutsideLookParts {
  /** Servers whose control socket can be asked now. */
  reachable(): { id: string; control: Pick<ControlClient, 'call'> }[];
  /** From where, as people are told it. */
  from: string;
  everyMs: number;
}

interface Public {
  checks: { id: number; url: string }[];
}

const timeoutMs = 10_000;
const atOnce = 4;
const mostLooked = 200;

export function startOutsideLook({ reachable, from, everyMs }: OutsideLookParts): OutsideLook {
  const stop = new AbortController();
  let looking = false;

  const lookAt = async ({ control }: { control: Pick<ControlClient, 'call'> }) => {
    const { checks } = (await control.call('checks.public', {}, stop.signal)) as Public;
    const results: Seen[] = [];
    const left = checks.slice(0, mostLooked);
    const work = async () => {
      for (let check = left.shift(); check !== undefined; check = left.shift()) {
        results.push({ id: check.id, ...(await seen(check.url, stop.signal)) });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    if (results.length > 0) await control.call('checks.outside', { from, results }, stop.signal);
  };
  const look = async () => {
    // A look that takes long must not meet the next.
    if (looking) return;
    looking = true;
    // A server of an older version knows nothing of it, and a line may be cut meanwhile.
    for (const server of reachable()) await lookAt(server).catch(() => undefined);
    looking = false;
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return {
    look,
    stop() {
      clearInterval(timer);
      stop.abort();
    },
  };
}

interface Seen {
  id: number;
  up: boolean;
  ms: number | null;
  why: string | null;
}

/** A server error counts as down, as it does for visitors; where it leads to does not matter. */
async function seen(url: string, signal: AbortSignal): Promise<Omit<Seen, 'id'>> {
  const from = performance.now();
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      headers: { 'User-Agent': 'Windlass-Check' },
    });
    await answer.body?.cancel();
    const ms = performance.now() - from;
    return answer.status < 500
      ? { up: true, ms, why: null }
      : { up: false, ms, why: `it answered ${answer.status}` };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message : String(cause);
    return { up: false, ms: null, why: why.slice(0, 300) };
  }
}
