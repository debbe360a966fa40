/** Lets the thread it is called in run after the others: visitors' requests come first. */

import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

const niceness = 10;

/** On Linux priorities are those of threads (setpriority(2), "C library/kernel differences"); elsewhere nothing happens. */
export function stepBack(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    if (Number.isInteger(thread) && thread !== process.pid) setPriority(thread, niceness);
  } catch {
    // Where it cannot be asked for, all threads are alike.
  }
}
