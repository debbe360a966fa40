/** Logs with real files: taken in exactly once over restarts, kept within bounds, found again. */

import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../kernel/log.ts';
import { createLogs, type Logs, type LogsOptions } from './logs.ts';
import type { LogQuery } from './query.ts';
import { listSegments } from './segments.ts';

let folder = '';
let logs: Logs;
let errors: unknown[] = [];
let now = 1_700_000_000_000;
const opened: Logs[] = [];

const silent: Log = {
  debug() {},
  info() {},
  warn() {},
  error: (_message, fields) => errors.push(fields?.error),
  child: () => silent,
};
const live = new AbortController().signal;
const web = { id: 'r1-1-abcde', app: 'web', environment: 'production', release: 1 };
const everything: LogQuery = { app: 'web', environment: 'production', kind: 'run', tail: 100_000 };

function create(more: Partial<LogsOptions> = {}): Logs {
  const created = createLogs({
    root: join(folder, 'logs'),
    run: join(folder, 'run'),
    clock: { now: () => now++, monotonic: () => performance.now() },
    log: silent,
    redact: (text) => text.replaceAll('hunter22', '[secret]'),
    self: process.execPath,
    ...more,
  });
  opened.push(created);
  return created;
}

async function texts(from: Logs, query: Partial<LogQuery> = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const line of from.read({ ...everything, ...query }, live)) found.push(line.text);
  return found;
}

const numbered = (from: number, to: number, fill = '') =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}${fill}`);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
  errors = [];
  logs = create();
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('what_an_instance_writes_is_readable_with_its_time_origin_and_release', async () => {
  appendFileSync(logs.open(web), 'one\ntwo\n');
  const lines = await Array.fromAsync(logs.read(everything, live));
  expect(lines).toMatchObject([
    { origin: web.id, release: 1, text: 'one' },
    { origin: web.id, release: 1, text: 'two' },
  ]);
  expect(lines[0]?.at).toBeGreaterThan(1_600_000_000_000);
});

test('secrets_are_gone_before_anything_is_stored', async () => {
  appendFileSync(logs.open(web), 'password is hunter22\n');
  logs.note(web, 'started with hunter22');
  expect(await texts(logs)).toEqual(['password is [secret]', 'started with [secret]']);
  const stored = readFileSync(join(folder, 'logs/web/production/r1/run-1.ndjson'), 'utf8');
  expect(stored).not.toContain('hunter22');
});

test('a_log_outlives_its_instance_and_its_last_line_needs_no_end', async () => {
  const path = logs.open(web);
  appendFileSync(path, 'fine\nSegmentation fault');
  await logs.close(web.id);
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(join(folder, 'run'))).toEqual([]);
  await logs.stop();
  expect(await texts(create())).toEqual(['fine', 'Segmentation fault']);
});

test('a_restarted_instance_does_not_run_into_its_own_last_words', async () => {
  appendFileSync(logs.open(web), 'half a li');
  appendFileSync(logs.open(web), 'hello again\n');
  expect(await texts(logs)).toEqual(['half a li', 'hello again']);
});

test('a_note_comes_behind_what_was_written_before_it', async () => {
  appendFileSync(logs.open(web), 'panic: no money');
  logs.note(web, 'ended with code 2');
  expect(await logs.tail(web, null, 20)).toEqual(['panic: no money', 'ended with code 2']);
  expect(await logs.tail(web, web.id, 20)).toEqual(['panic: no money']);
});

test('a_server_killed_at_any_moment_neither_loses_nor_doubles_a_line', async () => {
  const path = join(folder, 'run', `${web.id}.out`);
  const writer = `
    const { createLogs } = await import(${JSON.stringify(join(import.meta.dir, 'logs.ts'))});
    const quiet = { error() {}, warn() {}, info() {}, debug() {}, child: () => quiet };
    const logs = createLogs({ root: ${JSON.stringify(join(folder, 'logs'))}, run: ${JSON.stringify(join(folder, 'run'))},
      clock: { now: () => Date.now() }, log: quiet, redact: (t) => t, self: process.execPath, sealBytes: 20_000 });
    logs.open(${JSON.stringify(web)});
    console.log('up');
    setInterval(() => {}, 1e6);`;
  let count = 0;
  await logs.stop();
  for (let round = 0; round < 4; round += 1) {
    const server = Bun.spawn([process.execPath, '-e', writer], { stdout: 'pipe', stderr: 'inherit' });
    await server.stdout.getReader().read();
    const size = () =>
      listSegments(join(folder, 'logs/web/production/r1')).reduce((sum, each) => sum + each.bytes, 0);
    const before = size();
    for (const end = count + 2000; count < end; ) {
      appendFileSync(path, `${numbered(count, count + 100, ' ✓').join('\n')}\nli`);
      count += 100;
      appendFileSync(path, `ne ${count}\n`);
      count += 1;
      await Bun.sleep(0);
    }
    while (size() === before) await Bun.sleep(1);
    server.kill('SIGKILL');
    await server.exited;
  }
  const after = create({ sealBytes: 20_000 });
  after.open(web);
  const found = (await texts(after)).map((text) => Number(text.replace(' ✓', '').slice('line '.length)));
  expect(found).toEqual(Array.from({ length: count }, (_, index) => index));
  expect(errors).toEqual([]);
}, 15_000);

test('a_row_torn_by_a_crash_is_cut_off_and_taken_in_again', async () => {
  appendFileSync(logs.open(web), 'one\ntwo\n');
  expect(await texts(logs)).toEqual(['one', 'two']);
  await logs.stop();
  const path = join(folder, 'logs/web/production/r1/run-1.ndjson');
  const whole = readFileSync(path, 'utf8');
  writeFileSync(path, whole.slice(0, -9));
  const after = create();
  after.open(web);
  expect(await texts(after)).toEqual(['one', 'two']);
});

test('an_instance_that_ended_while_no_server_ran_is_taken_in_and_its_file_goes', async () => {
  const path = logs.open(web);
  await logs.stop();
  appendFileSync(path, 'alone\n');
  const after = create();
  await after.adoptOrphans();
  expect(await texts(after)).toEqual(['alone']);
  expect(readdirSync(join(folder, 'run'))).toEqual([]);
});

test('the_file_an_instance_writes_to_does_not_keep_what_was_taken_in', async () => {
  const path = logs.open(web);
  for (let round = 0; round < 6; round += 1) {
    appendFileSync(path, `${'x'.repeat(999)}\n`.repeat(1200));
    await logs.tail(web, null, 1);
  }
  const deadline = performance.now() + 5000;
  while (statSync(path).blocks * 512 > 5_000_000 && performance.now() < deadline) await Bun.sleep(20);
  expect(statSync(path).blocks * 512).toBeLessThan(5_000_000);
  appendFileSync(path, 'still here\n');
  expect((await logs.tail(web, null, 1))[0]).toBe('still here');
  expect((await texts(logs)).length).toBe(7201);
});

test('full_segments_are_compressed_and_read_as_before', async () => {
  const small = create({ sealBytes: 10_000 });
  const path = small.open({ ...web, id: 'small' });
  for (let n = 0; n < 1000; n += 100) {
    appendFileSync(path, `${numbered(n, n + 100).join('\n')}\n`);
    await small.tail(web, 'small', 1);
  }
  await small.close('small');
  const segments = listSegments(join(folder, 'logs/web/production/r1'));
  expect(segments.filter((segment) => segment.sealed).length).toBeGreaterThan(2);
  expect(await texts(small)).toEqual(numbered(0, 1000));
  expect(await texts(small, { tail: 3 })).toEqual(numbered(997, 1000));
  expect(await texts(small, { grep: '^line 5$' })).toEqual(['line 5']);
});

test('the_newest_lines_of_all_releases_come_in_the_order_of_time', async () => {
  for (let n = 0; n < 6; n += 1) logs.note({ ...web, release: 1 + (n % 3) }, `n${n}`);
  expect(await texts(logs)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5']);
  expect(await texts(logs, { tail: 2 })).toEqual(['n4', 'n5']);
  expect(await texts(logs, { release: 2 })).toEqual(['n1', 'n4']);
  expect(await texts(logs, { tail: 0 })).toEqual([]);
  expect(await texts(logs, { environment: 'other' })).toEqual([]);
});

test('since_leaves_out_what_is_older', async () => {
  logs.note(web, 'old');
  now += 10_000;
  const since = now;
  logs.note(web, 'new');
  expect(await texts(logs, { since })).toEqual(['new']);
});

test('following_tells_history_then_every_later_line_exactly_once', async () => {
  const small = create({ sealBytes: 4000 });
  const path = small.open(web);
  appendFileSync(path, `${numbered(0, 50).join('\n')}\n`);
  const stop = new AbortController();
  const found: string[] = [];
  let written = 50;
  for await (const { text } of small.read({ ...everything, tail: 10, follow: true }, stop.signal)) {
    found.push(text);
    if (written < 500) {
      appendFileSync(path, `${numbered(written, written + 50).join('\n')}\n`);
      written += 50;
    }
    if (found.length === 460) small.note({ ...web, release: 2 }, 'next release');
    if (text === 'next release') stop.abort();
  }
  expect(found).toEqual([...numbered(40, 500), 'next release']);
});

test('an_aborted_follower_ends_at_once_also_while_nothing_is_written', async () => {
  const stop = new AbortController();
  const reading = Array.fromAsync(logs.read({ ...everything, follow: true }, stop.signal));
  await Bun.sleep(0);
  stop.abort();
  expect(await reading).toEqual([]);
});

test('a_build_is_kept_by_its_deployment_and_its_last_lines_are_at_hand', async () => {
  const build = logs.openBuild({ app: 'web', environment: 'production', deployment: 'd1' });
  for (const line of numbered(0, 100)) build.write(line);
  expect(await build.tail(2)).toEqual(['line 98', 'line 99']);
  await build.close();
  const other = logs.openBuild({ app: 'web', environment: 'production', deployment: 'd2' });
  other.write('second');
  await other.close();
  expect(await build.tail(1)).toEqual(['line 99']);
  expect(await texts(logs, { kind: 'build', deployment: 'd2' })).toEqual(['second']);
  expect((await texts(logs, { kind: 'build' })).at(-1)).toBe('second');
  expect(await texts(logs)).toEqual([]);
  expect(
    (await Array.fromAsync(logs.build({ app: 'web', environment: 'production', deployment: 'd1' }))).length,
  ).toBe(100);
});

test('a_removed_app_leaves_no_log', async () => {
  appendFileSync(logs.open(web), 'x\n');
  await logs.remove('web');
  expect(existsSync(join(folder, 'logs/web'))).toBe(false);
  expect(readdirSync(join(folder, 'run'))).toEqual([]);
});

test('the_budget_of_an_app_is_kept_and_the_newest_lines_survive', async () => {
  const small = create({ sealBytes: 20_000, keepBytes: 60_000 });
  const path = small.open({ ...web, id: 'chatty' });
  for (let n = 0; n < 60; n += 1) {
    appendFileSync(path, `${crypto.getRandomValues(new Uint8Array(3000)).toHex()} ${n}\n`);
    await small.tail(web, 'chatty', 1);
  }
  await small.close('chatty');
  const bytes = listSegments(join(folder, 'logs/web/production/r1')).reduce(
    (sum, each) => sum + each.bytes,
    0,
  );
  expect(bytes).toBeLessThanOrEqual(80_000);
  expect((await small.tail(web, null, 1))[0]).toEndWith(' 59');
});
