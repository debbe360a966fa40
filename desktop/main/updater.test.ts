import { expect, test } from 'bun:test';
import type { UpdateState } from '../../shared/update-state.ts';
import { trayTemplate } from './tray.ts';
import { nextUpdate, type UpdateEvent } from './update-state.ts';
import { startUpdater } from './updater.ts';

function start() {
  const states: UpdateState[] = [];
  const did: string[] = [];
  let tell: (event: UpdateEvent) => void = () => undefined;
  let later: () => void = () => undefined;
  const updater = startUpdater({
    source: (hear) => {
      tell = hear;
      return { check: () => did.push('check'), install: () => did.push('install') };
    },
    why: '',
    onState: (state) => states.push(state),
    every: (_ms, act) => {
      later = act;
      return () => did.push('stop');
    },
  });
  return { updater, states, did, tell: (event: UpdateEvent) => tell(event), later: () => later() };
}

test('an_update_is_looked_for_fetched_and_installed_only_when_a_person_says_so', () => {
  const { updater, states, did, tell } = start();
  expect(did).toEqual(['check']);
  tell({ kind: 'found', version: '2' });
  tell({ kind: 'progress', share: 0.5 });
  updater.install();
  expect(did).toEqual(['check']);
  tell({ kind: 'downloaded', version: '2' });
  expect(states.map(({ kind }) => kind)).toEqual(['checking', 'downloading', 'downloading', 'ready']);
  updater.install();
  expect(did).toEqual(['check', 'install']);
});

test('a_failure_is_tried_again_later_and_nothing_is_asked_twice_at_once', () => {
  const { updater, did, tell, later } = start();
  later();
  expect(did).toEqual(['check']);
  tell({ kind: 'failed', message: 'no network' });
  expect(updater.state()).toEqual({ kind: 'failed', message: 'no network' });
  later();
  expect(did).toEqual(['check', 'check']);
  tell({ kind: 'none', at: 7 });
  expect(updater.state()).toEqual({ kind: 'current', checkedAt: 7 });
  updater.stop();
  expect(did.at(-1)).toBe('stop');
});

test('what_is_ready_stays_ready_whatever_is_heard_later', () => {
  const ready: UpdateState = { kind: 'ready', version: '2' };
  for (const event of [
    { kind: 'check' },
    { kind: 'none', at: 1 },
    { kind: 'failed', message: 'x' },
    { kind: 'found', version: '3' },
  ] as const) {
    expect(nextUpdate(ready, event)).toBe(ready);
  }
  expect(nextUpdate({ kind: 'checking' }, { kind: 'progress', share: 1 })).toEqual({ kind: 'checking' });
  const odd = nextUpdate({ kind: 'downloading', version: '2', share: 0 }, { kind: 'progress', share: 1 / 0 });
  expect(odd).toEqual({ kind: 'downloading', version: '2', share: 0 });
});

test('a_build_without_updates_asks_nobody_and_says_why', () => {
  const updater = startUpdater({
    source: null,
    why: 'a build of one’s own',
    onState: () => {
      throw new Error('nothing happens');
    },
    every: () => {
      throw new Error('nothing is waited for');
    },
  });
  updater.check();
  updater.install();
  expect(updater.state()).toEqual({ kind: 'disabled', why: 'a build of one’s own' });
});

test('the_tray_offers_the_restart_only_once_it_is_ready', () => {
  const did: string[] = [];
  const actions = {
    openView: (path: string) => did.push(path),
    install: () => did.push('install'),
    quit: () => did.push('quit'),
  };
  const labels = (state: UpdateState) => trayTemplate(state, actions).map(({ label }) => label);
  expect(labels({ kind: 'checking' })).not.toContain('Restart for 2');
  expect(labels({ kind: 'ready', version: '2' })).toContain('Restart for 2');
  for (const { click } of trayTemplate({ kind: 'ready', version: '2' }, actions))
    (click as (() => void) | undefined)?.();
  expect(did).toEqual(['/servers', '/add', 'install', 'quit']);
});
