/** An hour's flood, as fast as it goes, into a budget that holds a fraction of it: the most that the folder took meanwhile. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../machine/child.ts';
import type { Into } from './measuring.ts';

const events = 120_000;
const budget = 100_000_000;

export async function measureFlood({ context, figures, notes }: Into): Promise<void> {
  const folder = join(context.folder, 'flooded');
  await mkdir(folder);
  context.say(`a flood of ${events} events into ${budget / 1e6} MB`);
  const found: { all: number; sent: number; issues: number } = JSON.parse(
    await runProgram([
      process.execPath,
      join(import.meta.dir, 'flood-desk.ts'),
      ...[folder, String(events), String(budget)],
    ]),
  );
  figures.push({
    name: 'folder at most in a flood',
    value: found.all / budget,
    unit: 'of its budget',
    bar: 'budget under a flood of errors',
  });
  notes.push(
    `the flood: ${(found.sent / 1e9).toFixed(1)} GB of events without spike protection; ${found.issues} issues are known after it`,
  );
}
