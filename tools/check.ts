/** `npm run check`: what can be known in seconds: types, lint, architecture, unit tests. */

import { endAllOnSignal } from './run-process.ts';
import { suites } from './suites/all.ts';
import { runSuites } from './suites/run-suites.ts';

endAllOnSignal();
const quick = ['types', 'lint', 'architecture', 'unit'];
const sum = await runSuites(
  suites.filter((suite) => quick.includes(suite.name)),
  { strict: false, print: (line) => console.log(line) },
);
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exit(sum.failed === 0 ? 0 : 1);
