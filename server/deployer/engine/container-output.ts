/** Writes what a container says to its output file, and goes on exactly there after a restart of either side. */

import { closeSync, existsSync, fstatSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import * as z from 'zod/mini';
import { createLogFrames, type LogPiece } from './log-frames.ts';

/** Where the copy stands; kept beside the output file. */
const place = z.object({
  /** The container it is of: a new one begins anew. */
  container: z.string(),
  /** Time of the last piece, as the engine says it; empty where there was none. */
  at: z.string(),
  /** Pieces of exactly that time. */
  count: z.number(),
  /** Bytes of the file after it. */
  size: z.number(),
});
type Place = z.infer<typeof place>;

export interface ContainerOutput {
  /** What `since` of the engine's log must be: everything from there on is asked for again, and known pieces left out. */
  since(): string;
  /** Starts a reading of the log from `since()`. */
  begin(): (chunk: Uint8Array) => void;
}

export const placeFile = (output: string): string => `${output}.place`;

/**
 * The output file is appended to by us alone. Should we die between a write and the note of it, the file is longer than
 * noted by as many bytes as have to be left out.
 */
export function openContainerOutput(output: string, container: string): ContainerOutput {
  const file = placeFile(output);
  let now = read(file, container) ?? { container, at: '', count: 0, size: sizeOf(output) };
  return {
    since: () => (now.at === '' ? '0' : unixTime(now.at)),
    begin() {
      const frames = createLogFrames();
      const known = { at: now.at, left: now.count };
      let surplus = Math.max(0, sizeOf(output) - now.size);
      return (chunk) => {
        const fresh = frames.push(chunk).filter(({ at }) => {
          if (known.at === '' || at > known.at) return true;
          if (at === known.at && known.left === 0) return true;
          if (at === known.at) known.left--;
          return false;
        });
        if (fresh.length === 0) return;
        const bytes = Buffer.concat(fresh.map((each) => each.bytes));
        const skipped = Math.min(surplus, bytes.length);
        surplus -= skipped;
        now = after(now, fresh, append(output, bytes.subarray(skipped)));
        writeFileSync(file, JSON.stringify(now), { mode: 0o600 });
      };
    },
  };
}

function after(before: Place, pieces: readonly LogPiece[], size: number): Place {
  const at = pieces.at(-1)?.at ?? before.at;
  const same = pieces.filter((each) => each.at === at).length;
  return { ...before, at, count: at === before.at ? before.count + same : same, size };
}

/** The file's size afterwards. */
function append(path: string, bytes: Uint8Array): number {
  const file = openSync(path, 'a', 0o600);
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written);
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}

function sizeOf(path: string): number {
  return existsSync(path) ? Bun.file(path).size : 0;
}

function read(path: string, container: string): Place | null {
  try {
    const found = z.safeParse(place, JSON.parse(readFileSync(path, 'utf8')));
    return found.success && found.data.container === container ? found.data : null;
  } catch {
    return null;
  }
}

/** `seconds.nanoseconds`, which the engine takes without rounding. */
function unixTime(at: string): string {
  const [, whole = '', fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(at) ?? [];
  return `${Math.floor(Date.parse(`${whole}Z`) / 1000)}.${fraction.padEnd(9, '0')}`;
}
