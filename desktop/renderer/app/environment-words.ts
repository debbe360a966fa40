/** The state of an environment and of a deployment in words, and how good it is. Pure. */

import type { Deployment, Environment, Phase } from '../../../shared/deployer/model.ts';
import { unreachable } from '../../../shared/errors.ts';
import type { Words } from './connection-words.ts';

export function environmentWords(environment: Pick<Environment, 'state' | 'deployment'>): Words {
  if (environment.deployment !== null && environment.deployment.phase !== 'watching') {
    return { tone: 'busy', text: environment.deployment.phase };
  }
  switch (environment.state) {
    case 'running':
      return { tone: 'good', text: 'running' };
    case 'degraded':
      return { tone: 'bad', text: 'degraded' };
    case 'paused':
      return { tone: 'warn', text: 'traffic paused' };
    case 'asleep':
      return { tone: 'off', text: 'asleep' };
    case 'stopped':
      return { tone: 'off', text: 'stopped' };
    case 'empty':
      return { tone: 'off', text: 'nothing live yet' };
    default:
      return unreachable(environment.state);
  }
}

export function phaseWords(phase: Phase): Words {
  switch (phase) {
    case 'live':
    case 'watching':
      return { tone: 'good', text: phase };
    case 'failed':
    case 'rolled-back':
      return { tone: 'bad', text: phase === 'failed' ? 'failed' : 'rolled back' };
    case 'cancelled':
    case 'superseded':
      return { tone: 'off', text: phase };
    default:
      return { tone: 'busy', text: phase };
  }
}

/**
 * As in a list with the newest first: of those that went live only the newest still is, and one that somebody went back
 * from did not fail. Going back by hand is a deployment of its own, by itself it is none.
 */
export function listedPhaseWords({ id, phase }: Deployment, list: readonly Deployment[]): Words {
  const newest = list.find((each) => each.phase === 'live' || each.phase === 'watching');
  if (phase === 'live' && newest?.id !== id) return { tone: 'off', text: 'was live' };
  const next = list[list.findIndex((each) => each.id === id) - 1];
  const words = phaseWords(phase);
  return phase === 'rolled-back' && next?.kind === 'rollback' ? { ...words, tone: 'off' } : words;
}

/** `Deploy from ./hello`, `Rollback to release 2`. */
export function deploymentTitle({ kind, source, release }: Deployment): string {
  switch (source.kind) {
    case 'upload':
      return `From ${source.from}`;
    case 'git':
      return `From ${source.url.replace(/^https?:\/\//, '')}${source.ref === undefined ? '' : ` at ${source.ref}`}`;
    case 'image':
      return `From the image ${source.reference}`;
    case 'release':
      if (kind === 'rollback') return `Back to release ${release ?? source.release}`;
      if (kind === 'promote') return `Promoted release ${source.release}`;
      return `Restart of release ${source.release}`;
    default:
      return unreachable(source);
  }
}
