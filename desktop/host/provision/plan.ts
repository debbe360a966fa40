/** From what a server said to a plan that a person can read. */

import type { Plan, PlannedStep } from '../../../shared/desktop/provision.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { Remote } from '../remote.ts';
import { type FindBinary, targetOf } from './binary.ts';
import type { Facts, Step, Wish } from './step.ts';
import { steps } from './steps.ts';
import { readFacts, surveyScript } from './survey.ts';

export interface Looked {
  facts: Facts;
  wish: Wish;
}

export type Standpoint = Omit<Wish, 'binary' | 'refused' | 'now'>;

/** Reads the server's state and changes nothing. As root where the person can be, so that nothing is hidden. */
export async function lookAtServer(
  remote: Remote,
  standpoint: Standpoint,
  findBinary: FindBinary,
  now: () => number,
): Promise<Looked> {
  const script = surveyScript(steps);
  const from = now();
  const ran = standpoint.elevation === 'none' ? await remote.run(script) : await remote.runAsRoot(script);
  const facts = readFacts(ran);
  const target = targetOf(facts['cpu.machine'] ?? '', facts['cpu.libc'] ?? '');
  const found = target === null ? ({ kind: 'missing' } as const) : await findBinary(target);
  const binary = found.kind === 'found' ? found.binary : null;
  const refused = found.kind === 'refused' ? found : null;
  return { facts, wish: { ...standpoint, binary, refused, now: (from + now()) / 2 } };
}

/** Pure. */
export function planOf({ facts, wish }: Looked): Plan {
  const planned = steps.map((step) => plannedStep(step, { facts, wish }));
  return {
    steps: planned,
    ready: planned.every(({ finding }) => finding.kind !== 'blocked'),
    changes: planned.filter(({ finding }) => finding.kind === 'needed').length,
    needsSudoPassword: wish.elevation === 'sudo-password',
  };
}

export function plannedStep(step: Step, { facts, wish }: Looked): PlannedStep {
  const { id, title, why, optional } = step;
  return { id, title, why, optional, readOnly: step.apply === undefined, finding: step.find(facts, wish) };
}

/** Throws `failed` with all that stands in the way, before anything is changed. */
export function refuseBlocked(plan: Plan): void {
  const reasons = plan.steps.flatMap(({ title, finding }) =>
    finding.kind === 'blocked' ? [{ ...finding, title }] : [],
  );
  const [first] = reasons;
  if (first === undefined) return;
  throw new WindlassError('failed', reasons.map(({ message }) => message).join('; '), { hint: first.hint });
}
