import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failure, Phase } from '../../shared/deployer/model.ts';
import { createEvents } from '../kernel/events.ts';
import { createLog } from '../kernel/log.ts';
import type { Notice } from '../kernel/notice.ts';
import { type OwnedStore, openStore } from '../kernel/store.ts';
import { createAppStore } from './app-store.ts';
import { createDeploymentStore } from './deployment-store.ts';
import { raiseNotices } from './notices.ts';
import { migrations } from './schema.ts';

const clock = { now: () => 7, monotonic: () => 7 };
const log = createLog({ write: () => {}, clock, redact: (text) => text });
let folder: string;
let store: OwnedStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notices-'));
  store = openStore(join(folder, 'control.db'), migrations, log);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

function world() {
  const events = createEvents(log);
  const deployments = createDeploymentStore(store);
  const environment = createAppStore(store).ensure('shop', 'production', 1);
  const notices: Notice[] = [];
  events.on('notice', (notice) => notices.push(notice));
  const start = () => raiseNotices({ clock, events, deployments });
  let count = 0;
  const begin = (kind: 'deploy' | 'rollback' = 'deploy') => {
    const id = `d-${++count}`;
    const source = { kind: 'upload' as const, upload: 'u', from: 'shop' };
    deployments.add({
      id,
      appId: environment.appId,
      environmentId: environment.id,
      kind,
      source,
      createdAt: count,
    });
    return id;
  };
  const enter = (id: string, phase: Phase, failure?: Failure, previous: number | null = null) => {
    deployments.setPrevious(id, previous);
    deployments.enter(id, phase, 7, failure);
    const { appId: _app, environmentId: _environment, ...row } = deployments.get(id);
    events.emit('deployment.changed', { ...row, url: null });
  };
  const die = (looping: boolean) =>
    events.emit('instance.exited', {
      app: 'shop',
      environment: 'production',
      release: 2,
      instance: 'r2-1-abcde',
      exit: 'exit code 3',
      restarts: 5,
      looping,
    });
  const turn = (health: 'healthy' | 'unhealthy', restarts = true) =>
    events.emit('service.health', {
      app: 'shop',
      environment: 'production',
      release: 2,
      service: 'db',
      health,
      restarts,
    });
  const told = () => notices.splice(0).map(({ kind, state }) => `${kind} ${state}`);
  return { start, begin, enter, die, turn, notices, told, deployments };
}

const failure: Failure = {
  phase: 'building',
  message: 'the build broke',
  hint: 'Mend it.',
  logTail: ['a line'],
};

test('a_failed_deployment_is_opened_and_closed_by_the_next_that_goes_live', () => {
  const { start, begin, enter, notices, told } = world();
  start();
  enter(begin(), 'live');
  told();
  enter(begin(), 'failed', failure, 1);
  expect(notices).toMatchObject([
    {
      subject: 'deployment.failed:shop/production',
      severity: 'warning',
      text: 'the build broke\nMend it.\nRelease 1 goes on serving.',
    },
  ]);
  expect(told()).toEqual(['deployment.failed opened']);
  const good = begin();
  for (const phase of ['fetching', 'building', 'starting', 'checking', 'watching'] as const)
    enter(good, phase);
  expect(told()).toEqual([]);
  enter(good, 'live');
  expect(told()).toEqual(['deployment.failed resolved']);
  enter(begin(), 'live');
  expect(told()).toEqual([]);
});

test('what_failed_with_nothing_in_its_place_is_critical', () => {
  const { start, begin, enter, notices } = world();
  start();
  enter(begin(), 'failed', failure);
  expect(notices).toMatchObject([{ severity: 'critical' }]);
});

test('a_rollback_by_itself_is_told_and_one_by_hand_is_not', () => {
  const { start, begin, enter, told } = world();
  start();
  const first = begin();
  enter(first, 'rolled-back', failure, 1);
  expect(told()).toEqual(['deployment.rolled-back opened']);
  const second = begin();
  begin('rollback');
  enter(second, 'rolled-back', failure, 1);
  expect(told()).toEqual([]);
});

test('a_crash_loop_is_told_once_it_is_one_and_closed_by_a_release_that_does_well', () => {
  const { start, begin, enter, die, told } = world();
  start();
  enter(begin(), 'live');
  told();
  die(false);
  expect(told()).toEqual([]);
  die(true);
  expect(told()).toEqual(['instance.crash-loop opened']);
  enter(begin(), 'live');
  expect(told()).toEqual(['instance.crash-loop resolved']);
  enter(begin(), 'live');
  expect(told()).toEqual([]);
});

test('a_crash_loop_of_an_earlier_process_of_the_server_is_closed_too', () => {
  const { start, begin, enter, die, told } = world();
  const stop = start();
  die(true);
  stop();
  told();
  start();
  enter(begin(), 'live');
  expect(told()).toEqual(['instance.crash-loop resolved']);
});

test('a_service_that_is_not_well_is_told_once_and_closed_when_it_is_well', () => {
  const { start, turn, notices, told } = world();
  start();
  turn('healthy');
  told();
  turn('unhealthy', false);
  expect(notices).toMatchObject([
    {
      subject: 'service.unhealthy:shop/production/db',
      severity: 'critical',
      title: 'db of shop is not well any more',
    },
  ]);
  expect(told()).toEqual(['service.unhealthy opened']);
  turn('healthy');
  expect(told()).toEqual(['service.unhealthy resolved']);
  turn('healthy');
  expect(told()).toEqual([]);
});

test('a_release_with_far_more_errors_is_told_and_only_a_later_live_one_ends_that', () => {
  const { begin, enter, notices, start, deployments } = world();
  start();
  const bad = begin();
  enter(bad, 'watching', undefined, 1);
  expect(notices).toEqual([]);
  deployments.setWarning(bad, '12 errors were reported in 40 requests');
  enter(bad, 'watching', undefined, 1);
  expect(notices).toMatchObject([
    {
      kind: 'deployment.errors',
      state: 'opened',
      severity: 'warning',
      text: expect.stringContaining('12 errors'),
    },
  ]);
  enter(bad, 'live');
  expect(notices.filter(({ kind }) => kind === 'deployment.errors')).toHaveLength(1);
  enter(begin(), 'live');
  expect(notices.filter(({ kind }) => kind === 'deployment.errors').map(({ state }) => state)).toEqual([
    'opened',
    'resolved',
  ]);
});
