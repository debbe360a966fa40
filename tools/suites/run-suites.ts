/** Runs suites one after the other, tells of each, and adds up what they reported. */

import { ensurePackages } from '../debian-packages.ts';
import type { Suite, Tally } from './suite.ts';

export interface Options {
  /** True where nothing may be skipped. */
  strict: boolean;
  print(line: string): void;
}

/** The sum over all suites. */
export async function runSuites(
  suites: readonly Suite[],
  { strict, print }: Options,
): Promise<Omit<Tally, 'report'>> {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const failedSuites = new Set<string>();
  const width = Math.max(...suites.map(({ name }) => name.length));
  if (strict) await ensurePackages([...new Set(suites.flatMap((suite) => suite.packages ?? []))], print);
  for (const suite of suites) {
    const from = performance.now();
    const missing = suite.needs?.find((name) => failedSuites.has(name));
    const reported =
      missing === undefined
        ? await runGuarded(suite)
        : { passed: 0, failed: 1, skipped: 0, report: `not run, because ${missing} failed` };
    const tally = strict ? { ...reported, failed: reported.failed + reported.skipped, skipped: 0 } : reported;
    if (tally.failed > 0) failedSuites.add(suite.name);
    if (tally.report !== '') print(tally.report.trimEnd());
    const seconds = ((performance.now() - from) / 1000).toFixed(1).padStart(6);
    const counts = `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`;
    print(
      `${tally.failed > 0 ? '✘' : '✔'} ${suite.name.padEnd(width)} ${seconds} s  ${counts}  (${suite.what})`,
    );
    sum.passed += tally.passed;
    sum.failed += tally.failed;
    sum.skipped += tally.skipped;
  }
  return sum;
}

async function runGuarded(suite: Suite): Promise<Tally> {
  try {
    return await suite.run();
  } catch (error) {
    const report = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { passed: 0, failed: 1, skipped: 0, report };
  }
}
