/** Carries a plan out: each needed step is applied, then looked at again. An exit code of 0 is not enough. */

import type { Provisioned, StepEvent, StepId } from '../../../shared/desktop/provision.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { Remote } from '../remote.ts';
import { type Looked, plannedStep, planOf, refuseBlocked } from './plan.ts';
import type { Facts, Step } from './step.ts';
import { steps } from './steps.ts';
import { readFacts, surveyScript } from './survey.ts';

export interface ApplyParts {
  remote: Remote;
  looked: Looked;
  emit(event: StepEvent): void;
  signal: AbortSignal;
  now(): number;
}

export async function applyPlan(parts: ApplyParts): Promise<Provisioned> {
  const { looked, emit, signal, now } = parts;
  refuseBlocked(planOf(looked));
  const from = now();
  const changed: StepId[] = [];
  let facts = looked.facts;
  for (const step of steps) {
    if (signal.aborted) throw new WindlassError('cancelled', 'cancelled between two steps');
    const begun = now();
    emit({ kind: 'started', step: step.id, title: step.title });
    let { finding } = plannedStep(step, { facts, wish: looked.wish });
    const isNeeded = finding.kind === 'needed' && step.apply !== undefined;
    if (isNeeded) {
      facts = await carryOut(step, parts, facts);
      finding = plannedStep(step, { facts, wish: looked.wish }).finding;
      changed.push(step.id);
    }
    emit({
      kind: 'ended',
      step: step.id,
      changed: isNeeded,
      tookMs: now() - begun,
      message: finding.message,
    });
  }
  const count = changed.length;
  const message =
    count === 0
      ? 'nothing had to be changed'
      : `${count} ${count === 1 ? 'step' : 'steps'} changed something`;
  return { changed, tookMs: now() - from, message };
}

/** The facts with what the step's own probe says now. */
async function carryOut(step: Step, { remote, looked, emit }: ApplyParts, facts: Facts): Promise<Facts> {
  try {
    await step.apply?.({
      remote,
      wish: looked.wish,
      facts,
      onProgress: (done, total) => emit({ kind: 'progress', step: step.id, done, total }),
      onLine: (text) => emit({ kind: 'line', step: step.id, text: text.slice(0, 2000) }),
    });
  } catch (error) {
    if (!(error instanceof WindlassError)) throw error;
    throw new WindlassError(error.code, `${step.title}: ${error.message}`, {
      hint: error.hint,
      cause: error.cause,
    });
  }
  const fresh = { ...facts, ...readFacts(await remote.runAsRoot(surveyScript([step]))) };
  const { finding } = plannedStep(step, { facts: fresh, wish: looked.wish });
  if (finding.kind === 'done' || finding.kind === 'skipped') return fresh;
  throw new WindlassError('failed', `${step.title}: done, and yet not so afterwards (${finding.message})`, {
    hint: 'Something on the server undoes it. Look there, then run it again.',
  });
}
