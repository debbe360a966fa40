/** Gives back the disk space of what was taken in from a file that another process still appends to. */

import { truncateSync } from 'node:fs';

export interface RawFile {
  /**
   * Frees `[0, consumed)`. Answers what to do with offsets: `kept` where they still hold, `emptied` where the file
   * begins at 0 again, `later` where neither could be done now. `atEnd` says whether nothing is left to read.
   */
  free(path: string, consumed: number, atEnd: () => boolean): Promise<'kept' | 'emptied' | 'later'>;
}

/**
 * A hole where the head was keeps every offset, so nothing can be lost or doubled: `fallocate` (util-linux) asks the
 * kernel for it, which Bun cannot. Where there is no such tool or the file system has no holes (macOS, busybox), the
 * file is emptied once all of it was read. The writer appends (O_APPEND), so it goes on at 0; what it writes between
 * our last read and the emptying, some microseconds, is lost. That is why it is the second choice.
 */
export function createRawFile(fallocate: string | null): RawFile {
  let canPunch = fallocate !== null;
  return {
    async free(path, consumed, atEnd) {
      if (canPunch && fallocate !== null) {
        const length = String(consumed);
        const child = Bun.spawn([fallocate, '--punch-hole', '--offset', '0', '--length', length, path], {
          stdin: 'ignore',
          stdout: 'ignore',
          stderr: 'ignore',
        });
        if ((await child.exited) === 0) return 'kept';
        canPunch = false;
      }
      if (!atEnd()) return 'later';
      truncateSync(path, 0);
      return 'emptied';
    },
  };
}
