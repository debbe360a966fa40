/** Lets the thread it is called in run when nothing else of the server wants to: visitors' requests come first. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

const niceness = 10;

/** Of the runtime: gives memory back to the kernel, of which taking in events leaves the most; nobody waits for it. */
const scavenger = 'mi-scavenger';

/**
 * SCHED_IDLE (sched(7)): whatever else wakes up takes the core from it at once. Under a nice value alone the main thread waits
 * for the kernel's next tick. Beside 1,000 envelopes a second on its core, it waited 222 times for more than 1 ms in three
 * seconds, and 24 times like this (perf). Where `chrt` of util-linux is missing the nice value stays. On Linux both are those of
 * threads (setpriority(2), "C library/kernel differences"); elsewhere nothing happens.
 */
export function stepBack(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    if (!Number.isInteger(thread) || thread === process.pid) return;
    setPriority(thread, niceness);
    makeIdle(thread);
    for (const one of threadsNamed(scavenger)) makeIdle(one);
  } catch {
    // Where it cannot be asked for, all threads are alike.
  }
}

function makeIdle(thread: number): void {
  Bun.spawnSync(['chrt', '--idle', '--pid', '0', String(thread)], { stdout: 'ignore', stderr: 'ignore' });
}

function threadsNamed(name: string): number[] {
  const all = '/proc/self/task';
  return readdirSync(all)
    .filter((thread) => readFileSync(`${all}/${thread}/comm`, 'utf8').trim() === name)
    .map(Number);
}
