/** `npm run e2e`: builds where needed, then only the end-to-end tests; arguments go to Playwright. */

import { buildHere } from './build.ts';
import { endAllOnSignal } from './run-process.ts';
import { ensureClients } from './suites/clients.ts';
import { playwright } from './suites/playwright.ts';

endAllOnSignal();
await buildHere({ force: false });
await ensureClients();
const tally = await playwright(process.argv.slice(2), 15 * 60_000);
if (tally.report !== '') console.log(tally.report);
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exit(tally.failed === 0 ? 0 : 1);
