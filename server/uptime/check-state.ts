/** The state machine of a check: what results make of it. Pure. */

import type { Outcome } from './outcome.ts';

export interface CheckState {
  readonly status: 'unknown' | 'up' | 'down';
  /** Since when; null while unknown. */
  readonly since: number | null;
  /** Results in a row that speak against the status, and when the first of them came. */
  readonly against: number;
  readonly againstSince: number | null;
  /** Whether somebody was told that it is down. */
  readonly told: boolean;
  /** Since when they are not told because somebody outside is to see it first; null where nothing is held back. */
  readonly heldSince: number | null;
  readonly lastAt: number | null;
  readonly lastMs: number | null;
  readonly detail: string | null;
}

export interface Limits {
  /** Bad results in a row that make it down, good ones that make it up again. */
  readonly failures: number;
  readonly successes: number;
}

export const neverChecked: CheckState = {
  status: 'unknown',
  since: null,
  against: 0,
  againstSince: null,
  told: false,
  heldSince: null,
  lastAt: null,
  lastMs: null,
  detail: null,
};

export interface Step {
  readonly state: CheckState;
  readonly change: 'none' | 'up' | 'down' | 'recovered' | 'off';
}

/** `at` is when the result came, ms since the epoch. A result that is unsure changes nothing but what is shown. */
export function step(state: CheckState, outcome: Outcome, limits: Limits, at: number): Step {
  const seen = {
    ...state,
    lastAt: at,
    lastMs: outcome.kind === 'up' ? outcome.ms : null,
    detail: outcome.kind === 'up' ? outcome.detail : outcome.why,
  };
  if (outcome.kind === 'unsure') return { state: seen, change: 'none' };
  if (outcome.kind === 'off') {
    const off = { ...neverChecked, lastAt: at, detail: outcome.why };
    return { state: off, change: state.status === 'unknown' ? 'none' : 'off' };
  }
  const agrees = outcome.kind === state.status;
  if (agrees) return { state: { ...seen, against: 0, againstSince: null }, change: 'none' };
  const against = state.against + 1;
  const againstSince = state.againstSince ?? at;
  const needed =
    outcome.kind === 'down' ? limits.failures : state.status === 'unknown' ? 1 : limits.successes;
  if (against < needed) return { state: { ...seen, against, againstSince }, change: 'none' };
  const turned = { ...seen, status: outcome.kind, since: againstSince, against: 0, againstSince: null };
  if (outcome.kind === 'down') return { state: turned, change: 'down' };
  return {
    state: { ...turned, told: false, heldSince: null },
    change: state.status === 'unknown' ? 'up' : 'recovered',
  };
}

/** After this machine was asleep or its clock jumped: what led up to a change no longer counts. */
export function forgetStreak(state: CheckState): CheckState {
  return { ...state, against: 0, againstSince: null, heldSince: null };
}

export type Cover =
  /** Nothing stands before it: people hear of it. */
  | 'bare'
  /** What it depends on is down, or about to be: that is the incident. */
  | 'covered'
  /** What it depends on was not looked at since: that comes first. */
  | 'ask';

/** Whether a check that is down is its own incident. `parent` is null where it depends on nothing. */
export function coverOf(child: CheckState, parent: CheckState | null): Cover {
  if (parent === null) return 'bare';
  if (parent.status === 'down' || (parent.status === 'up' && parent.against > 0)) return 'covered';
  const began = child.since ?? 0;
  return parent.lastAt !== null && parent.lastAt >= began ? 'bare' : 'ask';
}
