import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerUrl } from './telemetry-start.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-compiled-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the_worker_is_looked_for_beside_the_sources_or_below_the_compiled_entry', () => {
  expect(workerUrl('file:///w/server/kernel/telemetry-start.ts')).toBe(
    'file:///w/server/kernel/telemetry-worker.ts',
  );
  expect(workerUrl('file:///$bunfs/root/windlass')).toBe('file:///$bunfs/root/kernel/telemetry-worker.ts');
});

test('a_compiled_program_writes_and_reads_telemetry_from_any_folder', async () => {
  const here = (name: string) => new URL(name, import.meta.url).pathname;
  const entry = join(folder, 'main.ts');
  writeFileSync(
    entry,
    `import { createTelemetry } from ${JSON.stringify(here('./telemetry-client.ts'))};
     const log = { debug() {}, info() {}, warn: console.error, error: console.error, child: () => log };
     const telemetry = createTelemetry({ folder: process.argv[2], log, clock: { now: Date.now, monotonic: () => performance.now() } });
     telemetry.define({ name: 'hits', columns: { at: 'INTEGER', path: 'TEXT' }, keepDays: 1, keepBytes: 1e9 });
     telemetry.append('hits', [Date.now(), '/compiled']);
     await telemetry.flush();
     console.log(JSON.stringify(await telemetry.query('hits', 'SELECT path FROM hits', [], { from: 0, to: Date.now() })));
     await telemetry.close();`,
  );
  const program = join(folder, 'program');
  // The root is what the entries of the real build have in common: the folder of server/main.ts.
  const built = Bun.spawnSync([
    process.execPath,
    'build',
    '--compile',
    '--root',
    here('..'),
    entry,
    here('./telemetry-worker.ts'),
    '--outfile',
    program,
  ]);
  expect(built.stderr.toString()).not.toContain('error');
  const ran = Bun.spawnSync([program, folder], { cwd: '/' });
  expect(ran.stderr.toString()).toBe('');
  expect(ran.stdout.toString().trim()).toBe('[{"path":"/compiled"}]');
}, 30_000);
