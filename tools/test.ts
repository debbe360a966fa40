/** `npm test`: every suite, or those that are named; the last line adds up what the runners really reported. */

import { endAllOnSignal } from './run-process.ts';
import { suites } from './suites/all.ts';
import { runSuites } from './suites/run-suites.ts';

endAllOnSignal();
const wanted = process.argv.slice(2);
const odd = wanted.find((name) => !suites.some((suite) => suite.name === name));
if (odd !== undefined) {
  const names = suites.map((suite) => suite.name).join(', ');
  console.error(`error: there is no suite "${odd}". There are ${names}.`);
  process.exit(2);
}

const chosen = wanted.length === 0 ? suites : suites.filter((suite) => wanted.includes(suite.name));
const sum = await runSuites(chosen, {
  strict: process.env.CI === 'true',
  print: (line) => console.log(line),
});
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exit(sum.failed === 0 && sum.passed > 0 ? 0 : 1);
