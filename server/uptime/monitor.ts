/** Holds every check with its state; turns results into state, history and notices. */

import { WindlassError } from '../../shared/errors.ts';
import type { Check, CheckSettings } from '../../shared/uptime/check.ts';
import type { CheckView } from '../../shared/uptime/contract.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Events } from '../kernel/events.ts';
import type { Store } from '../kernel/store.ts';
import type { Apps } from './apps.ts';
import { darkNotice, darkSubject, downNotice, overNotice } from './check-notice.ts';
import { type CheckState, coverOf, forgetStreak, neverChecked, step } from './check-state.ts';
import type { CheckStore } from './check-store.ts';
import { confirmation } from './confirmation.ts';
import type { History } from './history.ts';
import { isMaintained } from './maintenance.ts';
import type { MaintenanceStore } from './maintenance-store.ts';
import type { Outcome } from './outcome.ts';

export interface Monitor {
  load(): void;
  checks(): Check[];
  find(id: number): Check | undefined;
  views(): CheckView[];
  view(id: number): CheckView;
  add(settings: CheckSettings, given: boolean): Check;
  set(id: number, settings: CheckSettings): Check;
  remove(id: number): void;
  result(check: Check, outcome: Outcome, at: number): { doubt: boolean };
  /** Somebody outside looked at it: whether people are told of it now. */
  reconsider(id: number): void;
  /** What led up to a change no longer counts. */
  forgetStreaks(): void;
  /** Told whenever what `view` says of a check's status changes. */
  onChange(listener: (view: CheckView) => void): () => void;
  stop(): void;
}

export interface MonitorParts {
  clock: Clock;
  store: Store;
  events: Events;
  apps: Pick<Apps, 'find'>;
  stored: CheckStore;
  maintenance: MaintenanceStore;
  history: Pick<History, 'add' | 'forget'>;
  /** Whether an incident with this subject is open. */
  isOpen(subject: string): boolean;
  /** What was seen of it from elsewhere. */
  outside(check: number): CheckView['outside'];
  /** The check should be looked at now. */
  hurry(id: number): void;
  /** Calls back after so many ms, unless what it returns is called before. */
  later(ms: number, work: () => void): () => void;
}

interface Kept {
  check: Check;
  state: CheckState;
}

/** Beside so many others that fail at once, one that fails says more about this server's network. */
const crowd = 3;

export function createMonitor(parts: MonitorParts): Monitor {
  const { clock, store, events, stored, maintenance, history } = parts;
  const kept = new Map<number, Kept>();
  const listeners = new Set<(view: CheckView) => void>();
  /** What ends the wait of each that is held back. */
  const holds = new Map<number, () => void>();
  /** Whether people were told that nothing outside answers. */
  let dark = false;

  const get = (id: number): Kept => {
    const found = kept.get(id);
    if (found !== undefined) return found;
    throw new WindlassError('not-found', `there is no check ${id}`, { hint: 'See `windlass checks`.' });
  };
  const releaseOf = ({ target }: Check) =>
    'app' in target ? (parts.apps.find(target.app, target.environment)?.release ?? null) : null;

  const viewOf = ({ check, state }: Kept): CheckView => ({
    ...check,
    status: check.paused
      ? 'paused'
      : isMaintained(maintenance.all(), check.id, clock.now())
        ? 'maintenance'
        : state.status,
    since: state.since,
    lastAt: state.lastAt,
    lastMs: state.lastMs,
    detail: state.detail,
    failing: state.status === 'down' ? 0 : state.against,
    outside: parts.outside(check.id),
  });
  const tellListeners = (one: Kept) => {
    for (const tell of listeners) tell(viewOf(one));
  };

  /** Whether nothing outside answers any more, so that the fault is nearer than any of them. */
  const isDark = (check: Check): boolean => {
    if (!isOutside(check)) return false;
    const others = [...kept.values()].filter(
      (each) => each.check.id !== check.id && isOutside(each.check) && each.state.lastAt !== null,
    );
    return others.length >= crowd && others.every(({ state }) => lastWasBad(state));
  };

  /** Tells people that it is down, unless what it depends on, or the network, is the reason, or it is to be confirmed. */
  const tell = (one: Kept, at: number) => {
    const { check } = one;
    if (isDark(check)) {
      dark = true;
      events.emit('notice', darkNotice('opened', at));
      return;
    }
    const parent = check.dependsOn === null ? null : (kept.get(check.dependsOn)?.state ?? null);
    const cover = coverOf(one.state, parent);
    if (cover === 'ask' && check.dependsOn !== null) parts.hurry(check.dependsOn);
    if (cover !== 'bare') return;
    const heldSince = one.state.heldSince ?? at;
    const next = confirmation({
      ...{ minutes: check.confirmMinutes, since: one.state.since ?? at, heldSince, now: at },
      looks: parts.outside(check.id),
    });
    if (next.kind === 'hold') {
      if (one.state.heldSince === null) {
        one.state = { ...one.state, heldSince };
        stored.setState(check.id, one.state);
      }
      hold(check.id, next.ms);
      return;
    }
    one.state = { ...one.state, told: true, heldSince: null };
    stored.setState(check.id, one.state);
    events.emit('notice', downNotice(check, one.state, releaseOf(check), at, next.seen));
  };

  const hold = (id: number, ms: number) => {
    if (holds.has(id)) return;
    const end = parts.later(ms, () => {
      holds.delete(id);
      reconsider(id);
    });
    holds.set(id, end);
  };

  const reconsider = (id: number) => {
    const one = kept.get(id);
    if (one === undefined || one.check.paused || one.state.told) return;
    if (one.state.status !== 'down' || !lastWasBad(one.state)) return;
    const at = clock.now();
    if (isMaintained(maintenance.all(), id, at)) return;
    store.transaction(() => tell(one, at));
  };

  const end = ({ check, state }: Kept, why: string, at: number) => {
    if (state.told) events.emit('notice', overNotice(check, state.since, why, releaseOf(check), at));
  };

  return {
    load() {
      dark = parts.isOpen(darkSubject);
      for (const { check, state } of stored.all()) {
        const whole = { ...neverChecked, ...state };
        kept.set(check.id, { check, state: { ...forgetStreak(whole), heldSince: whole.heldSince } });
      }
    },
    checks: () => [...kept.values()].map((each) => each.check),
    find: (id) => kept.get(id)?.check,
    views: () => [...kept.values()].map(viewOf),
    view: (id) => viewOf(get(id)),
    add(settings, given) {
      const check = stored.add(settings, given);
      kept.set(check.id, { check, state: neverChecked });
      return check;
    },
    set(id, settings) {
      const one = get(id);
      const same = JSON.stringify(one.check.target) === JSON.stringify(settings.target);
      store.transaction(() => {
        one.check = stored.set(id, settings);
        if (same && !settings.paused) return;
        // What was found of another target, or before a pause, says nothing of what comes.
        end(one, settings.paused ? 'it is no longer checked' : 'something else is checked', clock.now());
        one.state = neverChecked;
        stored.setState(id, one.state);
      });
      tellListeners(one);
      return one.check;
    },
    remove(id) {
      const one = get(id);
      store.transaction(() => {
        end(one, 'it is no longer checked', clock.now());
        stored.remove(id);
      });
      kept.delete(id);
      history.forget(id);
    },
    result(check, outcome, at) {
      const one = kept.get(check.id);
      if (one === undefined) return { doubt: false };
      if (outcome.kind === 'down' && isMaintained(maintenance.all(), check.id, at)) {
        one.state = { ...forgetStreak(one.state), lastAt: at, detail: outcome.why };
        return { doubt: false };
      }
      history.add(check.id, at, outcome);
      if (dark && outcome.kind === 'up' && isOutside(check)) {
        dark = false;
        events.emit('notice', darkNotice('resolved', at));
      }
      const before = one.state;
      const { state, change } = step(before, outcome, limitsOf(check), at);
      one.state = state;
      if (change !== 'none') {
        store.transaction(() => {
          stored.setState(check.id, state);
          if (change === 'recovered') end({ check, state: before }, 'it answers again', at);
          if (change === 'off') {
            end({ check, state: before }, outcome.kind === 'off' ? outcome.why : 'it is off', at);
          }
          if (change === 'down') tell(one, at);
        });
        tellListeners(one);
      } else if (state.status === 'down' && !state.told && outcome.kind === 'down') {
        store.transaction(() => tell(one, at));
      }
      return { doubt: one.state.against > 0 };
    },
    reconsider,
    forgetStreaks() {
      for (const one of kept.values()) one.state = forgetStreak(one.state);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      for (const end of holds.values()) end();
      holds.clear();
    },
  };
}

/** What comes by itself came, or did not: there is no second try. */
function limitsOf({ target, failures, successes }: Check) {
  return target.kind === 'push' || target.kind === 'cron'
    ? { failures: 1, successes: 1 }
    : { failures, successes };
}

/** Results against a status that is down are good ones. */
function lastWasBad({ status, against }: CheckState): boolean {
  return status === 'down' ? against === 0 : against > 0;
}

function isOutside({ target, allowPrivate, paused }: Check): boolean {
  return !paused && !allowPrivate && !['app', 'instances', 'push', 'cron'].includes(target.kind);
}
