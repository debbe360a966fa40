/** How long the thread that does all of a process's answering has worked: without collectors, compilers and Workers. */

import { readFileSync } from 'node:fs';

/** Of Linux, everywhere we run (USER_HZ). */
const ticksPerSecond = 100;

/** Processor time of the main thread since the process began, ms. */
export function mainThreadMs(): number {
  if (process.platform === 'linux') {
    const stat = readFileSync(`/proc/self/task/${process.pid}/stat`, 'latin1');
    // The name in brackets may hold spaces; utime and stime are the 14th and 15th field of all.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
  }
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
