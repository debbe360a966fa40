import { describe, expect, test } from 'bun:test';
import { after, type Happening, isFinal, isServing, step } from './deployment.ts';
import { type Phase, phases } from './model.ts';

const walk = (happenings: Happening[], start: Phase = 'queued'): Phase[] => {
  const path: Phase[] = [start];
  for (const happening of happenings) {
    const made = step(path.at(-1) ?? start, happening);
    if (made.kind === 'refused') throw new Error(made.reason);
    path.push(made.phase);
  }
  return path;
};

const everyHappening: Happening[] = [
  { kind: 'begun', from: 'source' },
  { kind: 'begun', from: 'release' },
  { kind: 'begun', from: 'warm-release' },
  { kind: 'fetched' },
  { kind: 'built' },
  { kind: 'started' },
  { kind: 'healthy' },
  { kind: 'switched' },
  { kind: 'settled' },
  { kind: 'failed' },
  { kind: 'misbehaved', previous: true },
  { kind: 'misbehaved', previous: false },
  { kind: 'rolled-back' },
  { kind: 'cancelled' },
  { kind: 'superseded' },
  { kind: 'interrupted' },
];

describe('the way through', () => {
  test('a_deployment_from_source_passes_every_phase_in_order', () => {
    expect(
      walk([
        { kind: 'begun', from: 'source' },
        { kind: 'fetched' },
        { kind: 'built' },
        { kind: 'started' },
        { kind: 'healthy' },
        { kind: 'switched' },
        { kind: 'settled' },
      ]),
    ).toEqual(['queued', 'fetching', 'building', 'starting', 'checking', 'switching', 'watching', 'live']);
  });

  test('a_warm_rollback_goes_straight_to_the_switch', () => {
    expect(
      walk([{ kind: 'begun', from: 'warm-release' }, { kind: 'switched' }, { kind: 'settled' }]),
    ).toEqual(['queued', 'switching', 'watching', 'live']);
  });

  test('a_cold_release_is_started_and_checked_but_not_built_again', () => {
    expect(walk([{ kind: 'begun', from: 'release' }, { kind: 'started' }])).toEqual([
      'queued',
      'starting',
      'checking',
    ]);
  });
});

describe('what goes wrong', () => {
  test('a_failure_before_the_switch_stops_the_new_instances_and_never_touches_the_previous_ones', () => {
    for (const phase of ['fetching', 'building', 'starting', 'checking', 'switching'] as const) {
      const made = step(phase, { kind: 'failed' });
      expect(made).toMatchObject({ kind: 'moved', phase: 'failed' });
      if (made.kind !== 'moved') continue;
      expect(made.effects).toContain('stop-new-instances');
      expect(made.effects).not.toContain('stop-previous-instances');
      expect(made.effects).not.toContain('switch-back');
    }
  });

  test('a_release_that_misbehaves_is_switched_back_before_its_instances_are_stopped', () => {
    const made = step('watching', { kind: 'misbehaved', previous: true });
    expect(made).toMatchObject({ kind: 'moved', phase: 'rolled-back' });
    if (made.kind === 'moved') {
      expect(made.effects.indexOf('switch-back')).toBeLessThan(made.effects.indexOf('stop-new-instances'));
    }
  });

  test('a_first_release_that_misbehaves_keeps_running_because_nothing_better_exists', () => {
    const made = step('watching', { kind: 'misbehaved', previous: false });
    expect(made).toMatchObject({ kind: 'moved', phase: 'failed' });
    if (made.kind === 'moved') expect(made.effects).not.toContain('stop-new-instances');
  });

  test('nothing_can_be_cancelled_once_the_route_may_have_moved', () => {
    for (const phase of ['switching', 'watching'] as const) {
      expect(step(phase, { kind: 'cancelled' }).kind).toBe('refused');
      expect(step(phase, { kind: 'superseded' }).kind).toBe('refused');
    }
  });

  test('after_a_crash_every_phase_before_the_switch_starts_over_and_watching_goes_on', () => {
    for (const phase of ['queued', 'fetching', 'building', 'starting', 'checking', 'switching'] as const) {
      expect(step(phase, { kind: 'interrupted' })).toMatchObject({ kind: 'moved', phase: 'queued' });
    }
    expect(step('watching', { kind: 'interrupted' })).toMatchObject({ kind: 'moved', phase: 'watching' });
  });
});

describe('the machine as a whole', () => {
  test('no_happening_leads_outside_the_table', () => {
    for (const phase of phases) {
      for (const happening of everyHappening) {
        const made = step(phase, happening);
        if (made.kind === 'moved') expect(after[phase]).toContain(made.phase);
      }
    }
  });

  test('every_final_phase_refuses_everything', () => {
    const final = phases.filter(isFinal);
    expect(final).toEqual(['live', 'failed', 'cancelled', 'superseded', 'rolled-back']);
    for (const phase of final) {
      for (const happening of everyHappening) expect(step(phase, happening).kind).toBe('refused');
    }
  });

  test('every_phase_can_be_reached', () => {
    const reached = new Set<Phase>(['queued']);
    for (let grown = true; grown; ) {
      grown = false;
      for (const phase of [...reached]) {
        for (const happening of everyHappening) {
          const made = step(phase, happening);
          if (made.kind === 'moved' && !reached.has(made.phase)) {
            reached.add(made.phase);
            grown = true;
          }
        }
      }
    }
    expect([...reached].sort()).toEqual([...phases].sort());
  });

  test('only_watching_and_live_serve', () => {
    expect(phases.filter(isServing)).toEqual(['watching', 'live']);
  });
});
