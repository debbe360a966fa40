/** What people are told of a check. Pure. */

import type { Check } from '../../shared/uptime/check.ts';
import type { Notice } from '../kernel/notice.ts';
import type { CheckState } from './check-state.ts';

/** `seen` is what those outside say of it. */
export function downNotice(
  check: Check,
  state: CheckState,
  release: number | null,
  at: number,
  seen: string | null,
): Notice {
  const why = state.detail ?? 'it does not answer';
  return {
    ...about(check, release, at),
    state: 'opened',
    severity: check.severity,
    title: `${check.name}: ${why}`,
    text: `${why}, since ${clockText(state.since ?? at)}.${seen === null ? '' : ` ${seen}`}${advice(check)}`,
  };
}

/** `why` it is no longer down: it answers, or it is not meant to any more. */
export function overNotice(
  check: Check,
  since: number | null,
  why: string,
  release: number | null,
  at: number,
): Notice {
  return {
    ...about(check, release, at),
    state: 'resolved',
    severity: 'info',
    title: `${check.name}: ${why}`,
    text: since === null ? `${why}.` : `${why}, after ${lasted(at - since)}.`,
  };
}

export const darkSubject = 'uptime:outside';

/** Told once in place of every check that looks outside. */
export function darkNotice(state: 'opened' | 'resolved', at: number): Notice {
  return {
    ...{ kind: 'check.outside', subject: darkSubject, state, at },
    ...{ app: null, environment: null, release: null },
    severity: state === 'opened' ? 'critical' : 'info',
    title: state === 'opened' ? 'Nothing outside answers this server' : 'What is outside answers again',
    text:
      state === 'opened'
        ? "Every check that leaves the server fails at once. Look at its network, firewall and resolver first: `windlass checks` has each one's reason."
        : 'Checks that leave the server find something again.',
  };
}

function about(check: Check, release: number | null, at: number) {
  const { target } = check;
  const app = 'app' in target ? target : null;
  return {
    kind: 'check.down',
    subject: `check:${check.id}`,
    app: app?.app ?? null,
    environment: app?.environment ?? null,
    release,
    at,
  };
}

function advice({ target }: Check): string {
  return target.kind === 'app'
    ? ` See \`windlass logs ${target.app}\`; \`windlass rollback ${target.app}\` goes back to the release before.`
    : '';
}

function lasted(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.max(1, Math.round(ms / 1000))} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** To the second, in UTC: it is read on other machines, too. */
function clockText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
