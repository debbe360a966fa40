import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from './clock.ts';
import { createLog } from './log.ts';
import type { TelemetryTable } from './telemetry.ts';
import { createTelemetry, type OwnedTelemetry, type TelemetryOptions } from './telemetry-client.ts';

const table: TelemetryTable = {
  name: 'hits',
  columns: { at: 'INTEGER', path: 'TEXT' },
  keepDays: 30,
  keepBytes: 1e9,
};
const always = { from: 0, to: Date.now() + 86_400_000 };

let folder: string;
let lines: string[];
let telemetry: OwnedTelemetry;
const open = (more: Partial<TelemetryOptions> = {}) => {
  const log = createLog({ write: (line) => lines.push(line), clock: systemClock, redact: (text) => text });
  telemetry = createTelemetry({ folder, clock: systemClock, log, ...more });
};
const count = async () =>
  (await telemetry.query<{ n: number }>('hits', 'SELECT count(*) AS n FROM hits', [], always))[0]?.n;
const until = async (truth: () => boolean) => {
  const deadline = performance.now() + 8000;
  while (!truth()) {
    if (performance.now() > deadline) {
      throw new Error(`still not: ${truth}, ${JSON.stringify(telemetry.counts)} ${lines.join('')}`);
    }
    await Bun.sleep(5);
  }
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-telemetry-'));
  lines = [];
});
afterEach(async () => {
  await telemetry.close();
  rmSync(folder, { recursive: true, force: true });
});

test('appended_rows_are_written_by_themselves_and_counted', async () => {
  open();
  telemetry.define(table);
  for (let number = 0; number < 4500; number++) {
    telemetry.append('hits', [Date.now(), `/${number}`]);
  }
  await until(() => telemetry.counts.written === 4500);
  expect(telemetry.counts).toMatchObject({ taken: 4500, dropped: 0 });
  expect(await count()).toBe(4500);
});

test('flush_resolves_when_everything_before_is_in_the_file', async () => {
  open();
  telemetry.define(table);
  telemetry.append('hits', [Date.now(), 'a']);
  await telemetry.flush();
  const [name = ''] = readdirSync(folder).filter((each) => each.endsWith('.db'));
  const db = new Database(join(folder, name), { readonly: true });
  expect(db.query('SELECT path FROM hits').all()).toEqual([{ path: 'a' }]);
  db.close();
});

test('beyond_the_backlog_rows_are_dropped_counted_and_told_once', async () => {
  open({ mostRows: 100 });
  telemetry.define(table);
  for (let number = 0; number < 1000; number++) {
    telemetry.append('hits', [Date.now(), 'x']);
  }
  expect(telemetry.counts.dropped).toBe(900);
  await telemetry.flush();
  expect(telemetry.counts.written).toBe(100);
  expect(lines.filter((line) => line.includes('rows are dropped')).length).toBe(1);
  telemetry.append('hits', [Date.now(), 'x']);
  await telemetry.flush();
  expect(telemetry.counts).toMatchObject({ taken: 1001, written: 101, dropped: 900 });
});

test('long_rows_are_bounded_by_their_characters', async () => {
  open();
  telemetry.define(table);
  const long = 'x'.repeat(1_000_000);
  for (let number = 0; number < 100; number++) {
    telemetry.append('hits', [Date.now(), long]);
  }
  expect(telemetry.counts.dropped).toBeGreaterThan(50);
  await telemetry.flush();
  expect(telemetry.counts.written + telemetry.counts.dropped).toBe(100);
  telemetry.append('hits', [Date.now(), long]);
  await telemetry.flush();
  expect(telemetry.counts.written + telemetry.counts.dropped).toBe(101);
});

test('a_bad_question_rejects_and_harms_nobody', async () => {
  open();
  telemetry.define(table);
  telemetry.append('hits', [Date.now(), 'a']);
  await expect(telemetry.query('hits', 'SELEC', [], always)).rejects.toMatchObject({ code: 'invalid' });
  await telemetry.flush();
  expect(await count()).toBe(1);
});

test('close_writes_what_is_left_and_nothing_is_taken_after', async () => {
  open();
  telemetry.define(table);
  telemetry.append('hits', [Date.now(), 'a']);
  await telemetry.close();
  telemetry.append('hits', [Date.now(), 'b']);
  expect(telemetry.counts).toMatchObject({ taken: 2, written: 1, dropped: 1 });
  await expect(telemetry.flush()).rejects.toMatchObject({ code: 'unavailable' });
});

test('a_worker_that_dies_is_started_again_and_its_rows_are_counted_as_dropped', async () => {
  const entry = join(folder, 'dying-worker.ts');
  const real = new URL('./telemetry-worker.ts', import.meta.url).href;
  writeFileSync(
    entry,
    `import ${JSON.stringify(real)};
     const usual = self.onmessage;
     self.onmessage = (message) => {
       if (typeof message.data === 'string' && message.data.includes('/die')) process.exit(3);
       usual.call(self, message);
     };`,
  );
  open({ workerUrl: entry });
  telemetry.define(table);
  telemetry.append('hits', [Date.now(), '/before']);
  await telemetry.flush();
  telemetry.append('hits', [Date.now(), '/die']);
  const lost = telemetry.flush().catch((error: { code: string }) => error.code);
  expect(await lost).toBe('unavailable');
  telemetry.append('hits', [Date.now(), '/after']);
  await until(() => telemetry.counts.written === 2);
  expect(telemetry.counts).toMatchObject({ taken: 3, written: 2, dropped: 1, restarts: 1 });
  expect(await count()).toBe(2);
});

test('a_worker_that_cannot_start_is_tried_again_and_close_does_not_wait_for_it', async () => {
  open({ workerUrl: join(folder, 'missing.ts') });
  telemetry.define(table);
  telemetry.append('hits', [Date.now(), 'a']);
  await until(() => telemetry.counts.restarts >= 2);
  await telemetry.close();
  expect(telemetry.counts).toMatchObject({ taken: 1, written: 0, dropped: 1 });
});

/** Another process that appends rows and says how many are on disk. */
const startWriter = (more: string, prefix: string[] = []) => {
  const script = join(folder, 'writer.ts');
  const from = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  writeFileSync(
    script,
    `import { createTelemetry } from ${from('./telemetry-client.ts')};
     const note = (message) => console.log('note ' + message);
     const log = { debug() {}, info: note, warn: note, error: note, child: () => log };
     const telemetry = createTelemetry({ folder: ${JSON.stringify(folder)}, log, clock: { now: Date.now, monotonic: () => performance.now() } });
     telemetry.define(${JSON.stringify(table)});
     for (let round = 1; ; round++) {
       for (let n = 0; n < 500; n++) telemetry.append('hits', [Date.now(), crypto.randomUUID() + crypto.randomUUID() + crypto.randomUUID()]);
       await telemetry.flush().catch(() => {});
       ${more}
     }`,
  );
  return Bun.spawn([...prefix, process.execPath, script], { stdout: 'pipe', stderr: 'inherit' });
};

test('what_was_flushed_survives_kill_9', async () => {
  const child = startWriter("console.log('flushed ' + round * 500);");
  let said = '';
  for await (const chunk of child.stdout) {
    said += new TextDecoder().decode(chunk);
    if (said.split('\n').length > 12) {
      child.kill('SIGKILL');
    }
  }
  await child.exited;
  const flushed = Number(said.trim().split('\n').at(-1)?.split(' ')[1]);
  open();
  telemetry.define(table);
  expect(flushed).toBeGreaterThan(0);
  expect(await count()).toBeGreaterThanOrEqual(flushed);
  telemetry.append('hits', [Date.now(), 'after']);
  await telemetry.flush();
  expect(telemetry.counts.written).toBe(1);
});

// Linux only: there a running process can be given more room.
test.if(process.platform === 'linux')(
  'a_full_disk_drops_rows_is_told_once_and_gets_over',
  async () => {
    const script = 'console.log(JSON.stringify(telemetry.counts)); await Bun.sleep(1);';
    const child = startWriter(script, ['sh', '-c', 'trap "" XFSZ; ulimit -S -f 600; exec "$@"', 'sh']);
    const seen = { notes: [] as string[], dropped: 0, writtenAfter: 0, lifted: false };
    let rest = '';
    for await (const chunk of child.stdout) {
      const parts = (rest + new TextDecoder().decode(chunk)).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        if (line.startsWith('note ')) {
          seen.notes.push(line.slice(5));
          continue;
        }
        const counts: { written: number; dropped: number } = JSON.parse(line);
        seen.dropped = counts.dropped;
        if (counts.dropped > 2000 && !seen.lifted) {
          seen.lifted = true;
          seen.writtenAfter = counts.written;
          expect(Bun.spawnSync(['prlimit', '--pid', `${child.pid}`, '--fsize=unlimited']).exitCode).toBe(0);
        }
        if (seen.lifted && counts.written > seen.writtenAfter + 2000) {
          child.kill('SIGKILL');
        }
      }
    }
    await child.exited;
    expect(seen.dropped).toBeGreaterThan(2000);
    expect(seen.notes).toEqual([
      'telemetry cannot be written; rows are dropped until it can',
      'telemetry is written again',
    ]);
  },
  20_000,
);
