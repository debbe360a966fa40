/** What the kernel itself says of a container that ended for memory: its log, where this process may read it. */

import { closeSync, constants, openSync, readSync } from 'node:fs';

/** Far more than any ring of it holds. */
const mostRecords = 50_000;

/**
 * Whether a process of the container was ended by its memory limit. containerd keeps quiet of it where the container's
 * group is gone before its watcher gets to run, and then neither the engine's events nor its record say so. False also
 * where the log may not be read, or was not written: the kernel leaves some out when many come at once.
 */
export function kernelSaysOom(container: string, records: Iterable<string> = kernelRecords()): boolean {
  for (const record of records) if (isOomOf(container, record)) return true;
  return false;
}

/** `oom-kill:constraint=CONSTRAINT_MEMCG,…,oom_memcg=/docker/ID,task_memcg=…`; with systemd, `…/docker-ID.scope`. */
function isOomOf(container: string, record: string): boolean {
  if (!record.includes('oom-kill:constraint=CONSTRAINT_MEMCG')) return false;
  return /,oom_memcg=([^,]*)/.exec(record)?.[1]?.includes(container) ?? false;
}

/** One record a read, oldest first (Documentation/ABI/testing/dev-kmsg). */
function* kernelRecords(): Generator<string> {
  let log: number;
  try {
    log = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return;
  }
  const buffer = Buffer.alloc(8192);
  try {
    for (let n = 0; n < mostRecords; n++) {
      try {
        const length = readSync(log, buffer);
        if (length === 0) return;
        yield buffer.toString('latin1', 0, length);
      } catch (error) {
        // EPIPE: records were overwritten before they were read; the next one is there. EAGAIN: that was the last.
        if ((error as NodeJS.ErrnoException).code !== 'EPIPE') return;
      }
    }
  } finally {
    closeSync(log);
  }
}
