/** The state machine of a deployment: which phase follows which, and what each change obliges the server to do. */

import type { Phase } from './model.ts';

/** What happened to a deployment. */
export type Happening =
  /** Its turn came. `from`: where work starts; a release that exists already is not fetched or built again. */
  | { kind: 'begun'; from: 'source' | 'release' | 'warm-release' }
  | { kind: 'fetched' }
  | { kind: 'built' }
  | { kind: 'started' }
  | { kind: 'healthy' }
  /** The route points at the new release; stored in the same transaction as the route itself. */
  | { kind: 'switched' }
  /** The watch window passed, or a newer release took over before it did. */
  | { kind: 'settled' }
  | { kind: 'failed' }
  /** It was live and did badly; `previous` tells whether there is a release to go back to. */
  | { kind: 'misbehaved'; previous: boolean }
  | { kind: 'rolled-back' }
  | { kind: 'cancelled' }
  | { kind: 'superseded' }
  /** The server died in the middle and is up again. */
  | { kind: 'interrupted' };

/** What must be done because of a change, in this order. */
export type Effect =
  | 'stop-new-instances'
  | 'remove-build-folder'
  | 'switch-back'
  | 'stop-previous-instances'
  | 'queue-again'
  | 'notify';

export type Step =
  | { kind: 'moved'; phase: Phase; effects: readonly Effect[] }
  | { kind: 'refused'; reason: string };

/** True for phases nothing follows. */
export function isFinal(phase: Phase): boolean {
  return after[phase].length === 0;
}

/** True once the new release serves. */
export function isServing(phase: Phase): boolean {
  return phase === 'watching' || phase === 'live';
}

/** The phase after `happening`, with what it obliges to; `refused` where the two do not fit together. */
export function step(phase: Phase, happening: Happening): Step {
  const step = decide(phase, happening);
  if (step.kind === 'moved' && !after[phase].includes(step.phase)) {
    return { kind: 'refused', reason: `a deployment that is ${phase} cannot become ${step.phase}` };
  }
  return step;
}

/** Which phases may follow which; the whole machine at a glance. */
export const after: Readonly<Record<Phase, readonly Phase[]>> = {
  queued: ['fetching', 'starting', 'switching', 'failed', 'cancelled', 'superseded', 'queued'],
  fetching: ['building', 'failed', 'cancelled', 'superseded', 'queued'],
  building: ['starting', 'failed', 'cancelled', 'superseded', 'queued'],
  starting: ['checking', 'failed', 'cancelled', 'superseded', 'queued'],
  checking: ['switching', 'failed', 'cancelled', 'superseded', 'queued'],
  switching: ['watching', 'failed', 'queued'],
  watching: ['live', 'failed', 'rolled-back', 'watching'],
  live: [],
  failed: [],
  cancelled: [],
  superseded: [],
  'rolled-back': [],
};

const moved = (phase: Phase, ...effects: Effect[]): Step => ({ kind: 'moved', phase, effects });

function decide(phase: Phase, happening: Happening): Step {
  if (isFinal(phase)) return { kind: 'refused', reason: `the deployment already ended as ${phase}` };
  switch (happening.kind) {
    case 'begun':
      if (phase !== 'queued') return { kind: 'refused', reason: `it already began and is ${phase}` };
      return moved(
        { source: 'fetching', release: 'starting', 'warm-release': 'switching' }[happening.from] as Phase,
      );
    case 'fetched':
      return moved('building');
    case 'built':
      return moved('starting', 'remove-build-folder');
    case 'started':
      return moved('checking');
    case 'healthy':
      return moved('switching');
    case 'switched':
      return moved('watching');
    case 'settled':
      return moved('live', 'stop-previous-instances', 'notify');
    case 'failed':
      return moved('failed', 'stop-new-instances', 'remove-build-folder', 'notify');
    case 'misbehaved':
      // With nothing to go back to, a release that half works is left running: it beats an empty host.
      return happening.previous
        ? moved('rolled-back', 'switch-back', 'stop-new-instances', 'notify')
        : moved('failed', 'notify');
    case 'rolled-back':
      return moved('rolled-back', 'stop-new-instances', 'notify');
    case 'cancelled':
      return moved('cancelled', 'stop-new-instances', 'remove-build-folder', 'notify');
    case 'superseded':
      return moved('superseded', 'stop-new-instances', 'remove-build-folder');
    case 'interrupted':
      // A switch is one transaction: after a crash it happened (then it is `watching`) or it did not.
      return phase === 'watching'
        ? moved('watching')
        : moved('queued', 'stop-new-instances', 'remove-build-folder', 'queue-again');
  }
}
