/** Runs one benchmark in a folder of its own and cleans up after it, also when it is interrupted. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, BenchContext } from './bench.ts';
import { makeReport, type Report } from './report.ts';

/** The folder's path is short: a control socket's path may not be longer than 103 bytes. */
export async function runBench(
  bench: Bench,
  say: (line: string) => void,
  interrupted: AbortSignal,
  asked: Pick<BenchContext, 'runtime' | 'only'>,
): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'wl-bench-'));
  const cleanUps: (() => Promise<void>)[] = [];
  const stopped = Promise.withResolvers<never>();
  const onInterrupt = () => stopped.reject(new Error('interrupted'));
  interrupted.addEventListener('abort', onInterrupt, { once: true });
  const from = performance.now();
  try {
    const running = bench.run({ say, ...asked, folder, defer: (cleanUp) => cleanUps.push(cleanUp) });
    const outcome = await Promise.race([running, stopped.promise]);
    return makeReport(bench.name, outcome, performance.now() - from);
  } finally {
    interrupted.removeEventListener('abort', onInterrupt);
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
    await rm(folder, { recursive: true, force: true });
  }
}
