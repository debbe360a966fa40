/** The steps of setting up a server, from the plan and from what happened since. Pure. */

import type { Plan, StepEvent, StepId } from '../../../../shared/desktop/provision.ts';

export interface Rung {
  id: StepId;
  label: string;
  state: 'done' | 'now' | 'bad' | 'ahead';
  note?: string;
  detail: string;
  /** What to do, where it is blocked. */
  hint?: string;
  /** Share of an upload, 0 to 1. */
  share?: number;
}

/** Before anything ran. */
export function rungsOf(plan: Plan): Rung[] {
  return plan.steps
    .filter(({ finding }) => finding.kind !== 'skipped')
    .map(({ id, title, why, finding }) => {
      const base = { id, label: title };
      switch (finding.kind) {
        case 'done':
          return { ...base, state: 'done', note: finding.message, detail: '' };
        case 'blocked':
          return { ...base, state: 'bad', detail: finding.message, hint: finding.hint };
        default:
          return { ...base, state: 'ahead', detail: `${finding.message}. ${why}` };
      }
    });
}

/** `failed`: the run ended badly; the step under way is to blame. */
export function climb(rungs: readonly Rung[], event: StepEvent): Rung[] {
  const known = rungs.some(({ id }) => id === event.step);
  const all: readonly Rung[] =
    known || event.kind !== 'started'
      ? rungs
      : [...rungs, { id: event.step, label: event.title, state: 'ahead', detail: '' }];
  return all.map((rung) => {
    if (rung.id !== event.step) return rung;
    const { share: _, note: __, ...rest } = rung;
    switch (event.kind) {
      case 'started':
        return { ...rest, state: 'now' };
      case 'progress':
        return { ...rung, state: 'now', share: event.total === 0 ? 0 : event.done / event.total };
      case 'line':
        return { ...rung, detail: event.text };
      case 'ended':
        return {
          ...rest,
          state: 'done',
          note: event.changed ? `${(event.tookMs / 1000).toFixed(1)} s` : event.message,
          detail: event.changed ? event.message : '',
        };
    }
    return rung;
  });
}

export function fall(rungs: readonly Rung[]): Rung[] {
  return rungs.map((rung) => (rung.state === 'now' ? { ...rung, state: 'bad' } : rung));
}
