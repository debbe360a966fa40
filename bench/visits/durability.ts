/** How long a hit that was acknowledged waits for the disk, by the server's own journal at 10,000 hits a second. */

import { join } from 'node:path';
import { Journals } from '../../server/analytics/journal.ts';

const everyMs = 2;
const hitsEach = 20;
const seconds = 4;
/** About what a hit of a page view takes. */
const line = `${JSON.stringify(['pageview', '/a/page/of/some/length', 'x'.repeat(150)])}\n`;

/** The longest wait of any hit, ms. Throws where the disk refuses. */
export async function longestWaitForDisk(folder: string): Promise<number> {
  let longest = 0;
  let fault: Error | null = null;
  const journals = new Journals(
    (error) => {
      fault = error;
    },
    (ms) => {
      longest = Math.max(longest, ms);
    },
  );
  const path = join(folder, 'durability', 'day.journal');
  for (let turn = 0; turn < (seconds * 1000) / everyMs; turn++) {
    journals.append(path, line.repeat(hitsEach));
    await Bun.sleep(everyMs);
  }
  journals.close();
  if (fault !== null) throw fault;
  return longest;
}
