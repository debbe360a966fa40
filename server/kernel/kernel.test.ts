import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';
import { doctorFinding, serverInfo } from '../../shared/kernel/contract.ts';
import { runDoctor } from './doctor.ts';
import { kernelFeature, openKernel } from './kernel.ts';
import { clockSanity, diskSpace } from './kernel-checks.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-kernel-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const migrations = [{ id: 'x-001-t', sql: 'CREATE TABLE t (sealed BLOB) STRICT' }];
const open = (lines: string[] = []) =>
  openKernel({ root: folder, migrations, writeLog: (line) => lines.push(line), level: 'debug' });
const stopSignal = () => ({ signal: new AbortController().signal });

test('what_was_stored_is_there_after_a_restart_and_a_second_kernel_is_refused_meanwhile', async () => {
  const first = await open();
  const { store, secrets } = first.kernel;
  store.transaction(() => store.db.query('INSERT INTO t VALUES (?)').run(secrets.seal('value', 'c')));
  await expect(open()).rejects.toMatchObject({ code: 'conflict' });
  await first.close();
  const second = await open();
  const row = second.kernel.store.db.query<{ sealed: Uint8Array }, []>('SELECT sealed FROM t').get();
  expect(second.kernel.secrets.open(row?.sealed ?? new Uint8Array(), 'c')).toBe('value');
  await second.close();
});

test('the_log_replaces_what_secrets_remembers', async () => {
  const lines: string[] = [];
  const { kernel, close } = await open(lines);
  kernel.secrets.remember(['hunter22']);
  kernel.log.child('x').error('with hunter22', { error: new Error('hunter22') });
  await close();
  expect(lines.join('')).toContain('[secret]');
  expect(lines.join('')).not.toContain('hunter22');
});

test('a_lost_key_beside_a_control_db_is_refused_and_no_new_one_is_made', async () => {
  await (await open()).close();
  const key = join(folder, 'master.key');
  rmSync(key);
  await expect(open()).rejects.toMatchObject({ code: 'failed' });
  expect(existsSync(key)).toBe(false);
});

test('a_kernel_that_cannot_open_gives_the_folder_back', async () => {
  await (await open()).close();
  writeFileSync(join(folder, 'control.db'), 'broken');
  await expect(open()).rejects.toMatchObject({ code: 'failed' });
  await expect(open()).rejects.toMatchObject({ code: 'failed' });
});

test('the_kernels_methods_answer_in_the_shape_of_the_contract', async () => {
  const { kernel, close } = await open();
  const feature = kernelFeature(kernel, () => ({ version: '1.2.3', http: '127.0.0.1:80' }));
  const info = await feature.handlers['server.info']?.({}, stopSignal());
  expect(serverInfo.parse(info)).toMatchObject({ version: '1.2.3', dataDir: folder, pid: process.pid });
  const doctor = await feature.handlers['server.doctor']?.({}, stopSignal());
  const findings = doctor?.findings.map((finding) => doctorFinding.parse(finding)) ?? [];
  expect(findings.map((finding) => finding.check)).toEqual([
    'disk',
    'data folder',
    'control.db',
    'telemetry',
    'memory',
    'clock',
    'jobs',
  ]);
  expect(findings.filter((finding) => finding.state === 'failing')).toEqual([]);
  expect(await feature.handlers['jobs.list']?.({}, stopSignal())).toEqual({ jobs: [] });
  await close();
});

test('a_check_that_throws_or_never_ends_is_a_finding_and_the_others_still_run', async () => {
  const findings = await runDoctor(
    [
      { name: 'endless', run: () => new Promise(() => undefined) },
      { name: 'bug', run: () => Promise.reject(new Error('private')) },
      {
        name: 'refused',
        run: () => Promise.reject(new WindlassError('unavailable', 'no disk', { hint: 'Mount it.' })),
      },
      { name: 'fine', run: async () => [{ state: 'ok', message: 'good' }] },
      { name: 'quiet', run: async () => [] },
    ],
    20,
  );
  expect(findings).toMatchObject([
    { check: 'endless', state: 'failing', message: 'no answer within 20 ms' },
    { check: 'bug', state: 'failing', message: 'Windlass hit a bug' },
    { check: 'refused', state: 'failing', message: 'no disk', hint: 'Mount it.' },
    { check: 'fine', state: 'ok' },
  ]);
});

test('disk_and_clock_are_judged_by_their_figures', () => {
  const giga = 1024 ** 3;
  expect(diskSpace(100 * giga, 200 * giga).state).toBe('ok');
  expect(diskSpace(giga, 200 * giga).state).toBe('warning');
  expect(diskSpace(giga / 8, 200 * giga).state).toBe('failing');
  const then = { wall: Date.UTC(2025, 5, 1), steady: 0 };
  const later = (wallMs: number) => clockSanity(then, { wall: then.wall + wallMs, steady: 1000 }).state;
  expect(later(1000)).toBe('ok');
  expect(later(-3_600_000)).toBe('warning');
  expect(clockSanity(then, { wall: 0, steady: 0 }).state).toBe('failing');
});
