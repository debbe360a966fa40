/** What happened to issues, in words for people. Pure. */

import { unreachable } from '../../shared/errors.ts';
import type { Notice } from '../kernel/notice.ts';
import type { Happening } from './intake/context.ts';
import { numberOf } from './release-name.ts';

/** Names without what would break a line of plain text. */
function clean(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').slice(0, 200);
}

export function noticeOf(what: Happening, app: string, at: number): Notice {
  const base = {
    app,
    environment: null,
    release: numberOf('release' in what ? what.release : null, app),
    at,
  };
  switch (what.kind) {
    case 'new':
      return {
        ...base,
        kind: 'issue.new',
        subject: `issue:${what.issue}`,
        state: 'news',
        severity: 'warning',
        environment: what.environment,
        title: `New in ${app}: ${clean(what.title)}`,
        text: `See it with \`windlass issues show ${what.issue}\`.`,
      };
    case 'regressed':
      return {
        ...base,
        kind: 'issue.regression',
        subject: `issue:${what.issue}`,
        state: 'news',
        severity: 'warning',
        environment: what.environment,
        title: `Back in ${app}: ${clean(what.title)}`,
        text: `It was resolved and happened again${what.release === null ? '' : ` in ${clean(what.release)}`}. See it with \`windlass issues show ${what.issue}\`.`,
      };
    case 'spike':
      return {
        ...base,
        kind: 'issue.spike',
        subject: `issue:${what.issue}:spike`,
        state: 'opened',
        severity: 'critical',
        title: `Issue ${what.issue} of ${app} happens far more often than usual`,
        text: `${what.events} times within this hour. See it with \`windlass issues show ${what.issue}\`.`,
      };
    case 'spike-over':
      return {
        ...base,
        kind: 'issue.spike',
        subject: `issue:${what.issue}:spike`,
        state: 'resolved',
        severity: 'info',
        title: `Issue ${what.issue} of ${app} is as rare again as it used to be`,
        text: `It stayed below a spike for an hour. See it with \`windlass issues show ${what.issue}\`.`,
      };
    case 'monitor':
      return {
        ...base,
        kind: 'monitor.failing',
        subject: `monitor:${app}:${what.slug}`,
        state: what.failing ? 'opened' : 'resolved',
        severity: 'warning',
        title: `The monitor ${clean(what.slug)} of ${app} ${what.failing ? 'fails' : 'is well again'}`,
        text: what.text,
      };
    case 'monitor-missed':
      return {
        ...base,
        kind: 'monitor.missed',
        subject: `monitor:${app}:${what.slug}:missed`,
        state: what.missed ? 'opened' : 'resolved',
        severity: 'warning',
        title: `The monitor ${clean(what.slug)} of ${app} ${what.missed ? 'did not check in' : 'checks in again'}`,
        text: what.missed
          ? `It was last heard of at ${new Date(what.lastAt).toISOString()}. Look whether it still runs.`
          : 'It is back on its schedule.',
      };
    case 'crash-free':
      return {
        ...base,
        kind: 'release.crash-free',
        subject: `release:${app}:${clean(what.release)}`,
        state: 'opened',
        severity: 'critical',
        title: `${(what.share * 100).toFixed(1)} % of the sessions of ${clean(what.release)} end without a crash`,
        text: `Of ${what.sessions} sessions. \`windlass rollback ${app}\` goes back to the release before it.`,
      };
    default:
      return unreachable(what);
  }
}
