/** The counting itself: nothing that crashed, stayed silent or was skipped may look like success. */

import { describe, expect, test } from 'bun:test';
import { bunTest } from './bun-test.ts';
import { readJunit, skippedNames } from './junit.ts';
import { runSuites } from './run-suites.ts';
import { type Suite, single, type Tally } from './suite.ts';

const suite = (name: string, tally: Tally | Error, needs?: string[]): Suite => ({
  name,
  what: '',
  ...(needs === undefined ? {} : { needs }),
  run: async () => {
    if (tally instanceof Error) throw tally;
    return tally;
  },
});
const good: Tally = { passed: 3, failed: 0, skipped: 0, report: '' };

async function sumOf(suites: Suite[], strict = false) {
  const lines: string[] = [];
  const sum = await runSuites(suites, { strict, print: (line) => lines.push(line) });
  return { sum, text: lines.join('\n') };
}

describe('the sum', () => {
  test('adds_up_what_was_reported', async () => {
    const { sum } = await sumOf([suite('a', good), suite('b', single(true, ''))]);
    expect(sum).toEqual({ passed: 4, failed: 0, skipped: 0 });
  });
  test('a_suite_that_throws_counts_as_failed_and_shows_why', async () => {
    const { sum, text } = await sumOf([suite('a', new Error('no compiler')), suite('b', good)]);
    expect(sum).toEqual({ passed: 3, failed: 1, skipped: 0 });
    expect(text).toContain('no compiler');
  });
  test('a_suite_whose_ground_failed_is_not_run_and_counts_as_failed', async () => {
    const { sum, text } = await sumOf([suite('build', single(false, 'x')), suite('start', good, ['build'])]);
    expect(sum).toEqual({ passed: 0, failed: 2, skipped: 0 });
    expect(text).toContain('not run, because build failed');
  });
  test('where_nothing_may_be_skipped_a_skip_is_a_failure', async () => {
    const skipping = suite('a', { ...good, skipped: 2 });
    expect((await sumOf([skipping])).sum).toEqual({ passed: 3, failed: 0, skipped: 2 });
    expect((await sumOf([skipping], true)).sum).toEqual({ passed: 3, failed: 2, skipped: 0 });
  });
});

describe('the report of bun test', () => {
  test('counts_come_from_the_report', () => {
    const xml =
      '<?xml version="1.0"?>\n<testsuites name="bun test" tests="5" assertions="9" failures="1" skipped="1" time="0.1">\n<testcase name="later" x="1">\n <skipped />';
    expect(readJunit(xml)).toEqual({ passed: 3, failed: 1, skipped: 1 });
    expect(skippedNames(xml)).toEqual(['later']);
  });
  test('no_report_is_no_success', () => {
    expect(readJunit('')).toBeNull();
    expect(readJunit('<testsuites name="x">')).toBeNull();
  });
  test('no_files_and_missing_files_are_failures', async () => {
    expect((await bunTest('none', [], 1000)).failed).toBe(1);
    expect((await bunTest('missing', ['nowhere/nothing.test.ts'], 10_000)).failed).toBe(1);
  });
});
