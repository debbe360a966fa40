import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProgramFile } from './program-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'windlass-program-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const program = new ProgramFile(join(folder, 'windlass'));
const sent = (text: string) => new Response(text).body ?? new ReadableStream();

test('a_program_can_be_run_the_moment_it_was_received', async () => {
  // A file that is still open for writing cannot (ETXTBSY), which happens once in some dozen times.
  for (let round = 0; round < 200; round++) {
    await program.receive(sent(`#!/bin/sh\necho '{"client":"${round}"}'\n`));
    expect(await program.version()).toBe(String(round));
  }
  program.discard();
});

test('what_is_empty_or_no_program_is_refused_and_leaves_nothing', async () => {
  await expect(program.receive(sent(''))).rejects.toMatchObject({ code: 'invalid' });
  await program.receive(sent('no program'));
  await expect(program.version()).rejects.toMatchObject({ code: 'invalid' });
  program.discard();
  expect(readdirSync(folder)).toEqual([]);
});
