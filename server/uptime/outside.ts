/** What others see of this server's checks: a desktop that looks at the same addresses from where it is. */

import type { Clock } from '../kernel/clock.ts';
import type { Events } from '../kernel/events.ts';
import { type CheckState, neverChecked, step } from './check-state.ts';
import type { Monitor } from './monitor.ts';
import type { Outcome } from './outcome.ts';

export interface OutsideResult {
  readonly id: number;
  readonly up: boolean;
  readonly ms: number | null;
  readonly why: string | null;
}

export interface Outside {
  /** Results of one look; `from` names who looked. */
  take(from: string, results: readonly OutsideResult[]): void;
  /** What was seen lately of a check. */
  of(check: number): { from: string; up: boolean; at: number }[];
  stop(): void;
}

export interface OutsideParts {
  clock: Clock;
  events: Events;
  monitor: Pick<Monitor, 'find' | 'view' | 'reconsider'>;
  later(ms: number, work: () => void): () => void;
}

/** Who was silent for so long looks no more. */
const staleMs = 15 * 60_000;
const vantagesAtMost = 10;
const limits = { failures: 3, successes: 1 };

interface Seen {
  state: CheckState;
  up: boolean;
  forget(): void;
}

export function createOutside({ clock, events, monitor, later }: OutsideParts): Outside {
  const seen = new Map<number, Map<string, Seen>>();

  const tell = (id: number, from: string, state: 'opened' | 'resolved', why: string, at: number) => {
    const check = monitor.find(id);
    if (check === undefined) return;
    const { target, name } = check;
    const app = 'app' in target ? target : null;
    events.emit('notice', {
      ...{ kind: 'check.outside', subject: `outside:${id}:${from}`, state, at, release: null },
      app: app?.app ?? null,
      environment: app?.environment ?? null,
      severity: state === 'opened' ? check.severity : 'info',
      title: state === 'opened' ? `${name} does not answer ${from}` : `${name} answers ${from} again`,
      text:
        state === 'opened'
          ? `${why}. It answers on the server itself, so look at DNS, the firewall and the way between.`
          : why,
    });
  };

  const forget = (id: number, from: string) => {
    const one = seen.get(id)?.get(from);
    if (one?.state.told) tell(id, from, 'resolved', 'Nobody looks from there any more', clock.now());
    one?.forget();
    seen.get(id)?.delete(from);
  };

  const takeOne = (from: string, { id, up, ms, why }: OutsideResult) => {
    if (monitor.find(id) === undefined) return;
    const mine = seen.get(id) ?? new Map<string, Seen>();
    seen.set(id, mine);
    const before = mine.get(from);
    if (before === undefined && mine.size >= vantagesAtMost) return;
    before?.forget();
    const at = clock.now();
    const outcome: Outcome = up
      ? { kind: 'up', ms: ms ?? 0, detail: null }
      : { kind: 'down', ms: null, why: why ?? 'no answer' };
    const { state, change } = step(before?.state ?? neverChecked, outcome, limits, at);
    const one = { state, up, forget: later(staleMs, () => forget(id, from)) };
    mine.set(from, one);
    if (!up) monitor.reconsider(id);
    if (change === 'recovered' && before?.state.told) tell(id, from, 'resolved', 'It answers again.', at);
    // Where it is down here as well, that is the incident already.
    if (state.status === 'down' && !state.told && monitor.view(id).status === 'up') {
      one.state = { ...state, told: true };
      tell(id, from, 'opened', why ?? 'No answer', at);
    }
  };

  return {
    take(from, results) {
      for (const result of results) takeOne(from, result);
    },
    of: (check) =>
      [...(seen.get(check) ?? [])].map(([from, { up, state }]) => ({ from, up, at: state.lastAt ?? 0 })),
    stop() {
      for (const mine of seen.values()) for (const one of mine.values()) one.forget();
    },
  };
}
