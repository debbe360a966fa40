/** Runs `bun test` over files and counts from its own report. */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, root } from '../root.ts';
import { runProcess } from '../run-process.ts';
import { readJunit, skippedNames } from './junit.ts';
import type { Tally } from './suite.ts';

/** Real servers and processes on a busy two-core machine need more than Bun's 5 s. */
const testTimeoutMs = 30_000;

/** `files` are from the project's folder. */
export async function bunTest(name: string, files: readonly string[], timeoutMs: number): Promise<Tally> {
  const folder = join(cache, 'reports');
  const outfile = join(folder, `${name}.xml`);
  await mkdir(folder, { recursive: true });
  await rm(outfile, { force: true });
  if (files.length === 0) return nothingRan(`${name}: there are no test files`);
  const ran = await runProcess(
    [
      process.execPath,
      'test',
      `--timeout=${testTimeoutMs}`,
      '--reporter=junit',
      `--reporter-outfile=${outfile}`,
      ...files.map((file) => `./${file}`),
    ],
    { cwd: root, output: 'keep', timeoutMs },
  );
  const xml = await Bun.file(outfile)
    .text()
    .catch(() => '');
  const counts = readJunit(xml);
  if (counts === null || counts.passed + counts.failed + counts.skipped === 0) {
    return nothingRan(`${ran.output}\n${name}: the runner ended with ${ran.code} and reported no test`);
  }
  // An error outside of any test shows only in the exit code.
  const failed = ran.code !== 0 && counts.failed === 0 ? 1 : counts.failed;
  const skipped = skippedNames(xml).map((each) => `  skipped: ${each}\n`);
  return { ...counts, failed, report: (failed > 0 ? onlyFailures(ran.output) : '') + skipped.join('') };
}

function nothingRan(report: string): Tally {
  return { passed: 0, failed: 1, skipped: 0, report };
}

/** Lines of passed tests say nothing once something failed. */
function onlyFailures(output: string): string {
  return output
    .split('\n')
    .filter((line) => !line.startsWith('(pass)'))
    .join('\n');
}
