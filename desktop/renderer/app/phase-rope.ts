/** A deployment's phases as knots on a rope. Pure. */

import type { Deployment, Phase } from '../../../shared/deployer/model.ts';
import { span } from './amounts.ts';

export interface Knot {
  id: string;
  label: string;
  state: 'done' | 'now' | 'bad' | 'ahead';
  note?: string;
}

const path: readonly Phase[] = [
  'queued',
  'fetching',
  'building',
  'starting',
  'checking',
  'switching',
  'watching',
  'live',
];
/** Phases in which nothing is built. */
const fromRelease: ReadonlySet<Phase> = new Set(['fetching', 'building']);

/** `now` in ms since the epoch, for the phase under way. */
export function phaseRope(
  deployment: Pick<Deployment, 'phase' | 'phaseTimes' | 'failure' | 'source' | 'finishedAt'>,
  now: number,
): Knot[] {
  const { phase, phaseTimes, failure, source, finishedAt } = deployment;
  const times = phaseTimes.filter(({ phase: each }) => path.includes(each));
  const last = times.at(-1)?.phase ?? 'queued';
  const ended = finishedAt !== null || !path.includes(phase);
  const stoppedIn = phase === 'live' ? null : ended ? (failure?.phase ?? last) : null;
  const wanted = path.filter((each) => source.kind !== 'release' || !fromRelease.has(each));
  return wanted.map((each) => {
    const index = times.findIndex((time) => time.phase === each);
    const from = times[index];
    const label = each.charAt(0).toUpperCase() + each.slice(1);
    if (from === undefined) {
      return { id: each, label, state: each === stoppedIn ? 'bad' : phase === 'live' ? 'done' : 'ahead' };
    }
    const until = times[index + 1]?.at ?? (ended ? (finishedAt ?? from.at) : now);
    const state = each === stoppedIn ? 'bad' : each === last && !ended && each !== 'live' ? 'now' : 'done';
    return { id: each, label, state, ...(each === 'live' ? {} : { note: span(until - from.at) }) };
  });
}
