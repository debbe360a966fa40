/** `npm run e2e`: builds where needed, then only the end-to-end tests; arguments go to Playwright. */

import { buildHere } from './build.ts';
import { endAllOnSignal } from './run-process.ts';
import { ensureClients } from './suites/clients.ts';
import { playwright, usualProjects } from './suites/playwright.ts';

endAllOnSignal();
await buildHere({ force: false });
await ensureClients();
const args = process.argv.slice(2);
const isChosen = args.some((arg) => arg.startsWith('--project'));
const tally = await playwright(isChosen ? args : [...usualProjects(), ...args], 15 * 60_000);
if (tally.report !== '') console.log(tally.report);
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exit(tally.failed === 0 ? 0 : 1);
