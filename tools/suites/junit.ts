/** What `bun test` reported, from its JUnit file. Pure. */

import type { Tally } from './suite.ts';

/** Null where the text is no report, e.g. because the runner died before it wrote one. */
export function readJunit(xml: string): Omit<Tally, 'report'> | null {
  const suites = xml.match(/<testsuites\s([^>]*)>/)?.[1];
  if (suites === undefined) return null;
  const figure = (name: string) => Number(suites.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? Number.NaN);
  const [tests, failed, skipped] = [figure('tests'), figure('failures'), figure('skipped')];
  if (![tests, failed, skipped].every(Number.isInteger)) return null;
  return { passed: tests - failed - skipped, failed, skipped };
}

/** Names of skipped tests. */
export function skippedNames(xml: string): string[] {
  return [...xml.matchAll(/<testcase name="([^"]*)"[^>]*>\s*<skipped/g)].map(([, name = '']) => name);
}
