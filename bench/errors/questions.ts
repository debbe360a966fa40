/** A million events in a desk of their own, and what lists and searches over them take. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../machine/child.ts';
import type { Into } from './measuring.ts';

const events = 1_000_000;

export async function measureQuestions({ context, figures }: Into): Promise<void> {
  const folder = join(context.folder, 'filled');
  await mkdir(folder);
  context.say(`storing ${events} events`);
  const asked: { list: number; search: number; bytes: number } = JSON.parse(
    await runProgram([process.execPath, join(import.meta.dir, 'fill.ts'), folder, String(events)]),
  );
  figures.push(
    { name: 'issue list over 1 M events, p95', value: asked.list, unit: 'ms', bar: 'issue questions' },
    { name: 'search over 1 M events, p95', value: asked.search, unit: 'ms', bar: 'issue questions' },
    { name: 'stored per small event', value: asked.bytes, unit: 'bytes' },
  );
}
