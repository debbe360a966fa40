/** The schedule against a real control.db and real jobs; only the clock and the command are the test's own. */

import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import { openKernel } from '../../kernel/kernel.ts';
import { createAppStore } from '../app-store.ts';
import type { CommandEnd } from '../commands/commands.ts';
import { until } from '../commands/server.fixture.ts';
import { createReleaseStore } from '../release-store.ts';
import { migrations } from '../schema.ts';
import { createCron } from './cron.ts';
import { createCronRunStore } from './run-store.ts';
import { createRunner } from './runner.ts';

const well: CommandEnd = { code: 0, signal: null, oomLimit: null, why: 'ended' };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Options {
  cron: AppConfig['cron'];
  environment?: string;
  root?: string;
  /** What time it is when the test begins. */
  at: string;
  command?: () => Promise<CommandEnd>;
}

async function open(options: Options) {
  const root = options.root ?? mkdtempSync(join(tmpdir(), 'cron-'));
  const offset = Date.parse(options.at) - Date.now();
  const clock = { now: () => Date.now() + offset, monotonic: () => performance.now() };
  const { kernel, close } = await openKernel({ root, migrations, writeLog: () => {}, clock });
  const { store, jobs, log, events } = kernel;
  const apps = createAppStore(store);
  const releases = createReleaseStore(store);
  const runs = createCronRunStore(store);
  const environment = apps.ensure('shop', options.environment ?? 'production', clock.now());
  if (environment.liveRelease === null) {
    releases.add({
      appId: environment.appId,
      number: 1,
      environmentId: environment.id,
      artefact: 'a',
      bytes: 1,
      runtime: 'native',
      preset: 'node',
      launch: { kind: 'process', argv: ['node'], cwd: '.', javascript: { kind: 'builtin' } },
      config: { cron: options.cron },
      variables: new Uint8Array(),
      given: null,
      madeFrom: 'a test',
      createdAt: clock.now(),
    });
    apps.setLive(environment.id, 1);
  }
  const started: number[] = [];
  const runner = createRunner({
    clock,
    log,
    events,
    apps,
    releases,
    runs,
    commands: {
      run: async ({ onLine }) => {
        started.push(clock.now());
        onLine('hello');
        return (await options.command?.()) ?? well;
      },
    },
    openOutput: () => ({ write: () => {}, close: async () => {} }),
    redact: (text) => text,
  });
  jobs.define(runner.job);
  const cron = createCron({ clock, log, events, store, jobs, apps, releases, runs, runner });
  cron.start();
  jobs.start();
  const history = () => runs.list(environment.id, null, 100);
  const end = async () => {
    cron.stop();
    await close();
  };
  closing.push(async () => {
    await end();
    rmSync(root, { recursive: true, force: true });
  });
  return { root, cron, history, started, end, environment: apps.environmentById(environment.id) };
}

const minutely = [{ name: 'tidy', schedule: '* * * * *', command: 'tidy' }];

test('a_command_runs_at_its_time_once_and_is_remembered_with_its_end', async () => {
  const { history, started } = await open({ cron: minutely, at: '2026-05-01T11:59:59.800Z' });
  expect(history()).toEqual([]);
  const run = await until(() => history().find((each) => each.state === 'done'));
  expect(run).toMatchObject({ name: 'tidy', cause: 'schedule', exit: 'exit code 0', tail: ['hello'] });
  expect(new Date(run.dueAt).toISOString()).toBe('2026-05-01T12:00:00.000Z');
  expect(started).toHaveLength(1);
});

test('a_preview_has_commands_that_run_only_by_hand', async () => {
  const preview = { cron: minutely, environment: 'preview', at: '2026-05-01T11:59:59.900Z' };
  const { cron, history, environment } = await open(preview);
  expect(cron.list(environment)).toMatchObject([{ name: 'tidy', next: null }]);
  expect(cron.isScheduled(environment)).toBe(false);
  const run = await cron.runNow(environment, 'tidy', () => {}, new AbortController().signal);
  expect(run).toMatchObject({ state: 'done', cause: 'hand' });
  expect(history()).toHaveLength(1);
  await expect(cron.runNow(environment, 'nope', () => {}, new AbortController().signal)).rejects.toThrow(
    'shop has no scheduled command "nope"',
  );
});

test('a_run_that_is_due_while_the_one_before_goes_on_is_skipped_and_told', async () => {
  const gate = Promise.withResolvers<CommandEnd>();
  const slow = { cron: minutely, at: '2026-05-01T11:59:59.900Z', command: () => gate.promise };
  const { cron, history, environment, started } = await open(slow);
  const byHand = cron.runNow(environment, 'tidy', () => {}, new AbortController().signal);
  const skipped = await until(() => history().find((each) => each.state === 'skipped'));
  expect(skipped.exit).toBe('the run before still goes on');
  gate.resolve({ ...well, code: 3 });
  expect(await byHand).toMatchObject({ state: 'failed', exit: 'exit code 3', code: 3 });
  expect(started).toHaveLength(1);
});

test('after_an_absence_one_late_run_is_made_up_for_and_an_older_one_is_told_as_missed', async () => {
  const nightly = [
    { name: 'late', schedule: '30 3 * * *', command: 'x' },
    { name: 'missed', schedule: '0 1 * * *', command: 'x' },
  ];
  const before = await open({ cron: nightly, at: '2026-05-01T00:00:00Z' });
  expect(before.history()).toEqual([]);
  await before.end();
  const { history, started } = await open({ cron: nightly, at: '2026-05-01T04:00:00Z', root: before.root });
  const late = await until(() => history().find((run) => run.name === 'late' && run.state === 'done'));
  expect(late.cause).toBe('late');
  expect(history().find((run) => run.name === 'missed')).toMatchObject({
    state: 'missed',
    exit: 'the server was not running',
    startedAt: null,
  });
  expect(started).toHaveLength(1);
});
