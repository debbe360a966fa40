/** The section of our code, in real programs. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { neverWritten, payloadOf } from './program-payload.ts';

const page = 4096n;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'payload-'));
});
afterAll(() => rm(folder, { recursive: true }));

test.if(process.platform === 'linux')(
  'a_compiled_program_finds_its_code_lets_it_go_and_runs_on_with_it',
  async () => {
    const source = join(folder, 'main.ts');
    const program = join(folder, 'program');
    const filler = 'x'.repeat(300_000);
    await Bun.write(
      source,
      `import { neverWritten, payloadOf } from '${join(import.meta.dir, 'program-payload.ts')}';
       import { dlopen } from 'bun:ffi';
       const later = () => '${filler}'.length;
       const found = payloadOf('/proc/self/exe', ${page}n);
       const clean = found !== null && neverWritten(found, ${page}n);
       const { symbols } = dlopen('libc.so.6', { madvise: { args: ['u64', 'u64', 'i32'], returns: 'i32' } });
       const done = found === null ? -1 : symbols.madvise(found.from, found.to - found.from, 4);
       console.log(JSON.stringify({ bytes: Number((found?.to ?? 0n) - (found?.from ?? 0n)), clean, done, later: later() }));`,
    );
    const built = Bun.spawnSync([process.execPath, 'build', '--compile', source, '--outfile', program]);
    expect(built.exitCode).toBe(0);
    const ran = Bun.spawnSync([program], { env: {} });
    const { bytes, ...rest } = JSON.parse(ran.stdout.toString());
    expect(rest).toEqual({ clean: true, done: 0, later: 300_000 });
    expect(bytes).toBeGreaterThan(250_000);
  },
);

test('what_is_no_program_has_no_such_section', async () => {
  const text = join(folder, 'text');
  await Bun.write(text, 'not a program, but long enough to hold what would be the header of one, and more');
  expect(payloadOf(text, page)).toBeNull();
  await Bun.write(text, '\x7fELF');
  expect(payloadOf(text, page)).toBeNull();
});

test.if(process.platform === 'linux')('memory_that_was_written_is_never_taken_for_the_files', () => {
  const stack = /^([0-9a-f]+)-([0-9a-f]+) rw-p .*\[stack\]$/m.exec(readFileSync('/proc/self/maps', 'utf8'));
  const mapping = { from: BigInt(`0x${stack?.[1]}`), to: BigInt(`0x${stack?.[2]}`) };
  expect(neverWritten(mapping, page)).toBe(false);
});
