/** A suite: something that runs and tells how many of its tests passed. */

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** What a person needs to see of it: everything where something failed, else nothing or a note. */
  report: string;
}

export interface Suite {
  readonly name: string;
  readonly what: string;
  /** Names of suites without which this one makes no sense. */
  readonly needs?: readonly string[];
  /** Debian packages it needs where `CI=true`. */
  readonly packages?: readonly string[];
  run(): Promise<Tally>;
}

/** For a runner that only has an exit code: one test. */
export function single(ok: boolean, report: string): Tally {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, report: ok ? '' : report };
}

/** Of two runners that make one suite. */
export function both(one: Tally, other: Tally): Tally {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    report: [one.report, other.report].filter((text) => text !== '').join('\n'),
  };
}
