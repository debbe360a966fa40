/** Segments of replays on disk: a folder for each replay, a file for each number, as they came. */

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { WindlassError } from '../../shared/errors.ts';

export interface Segments {
  /** On disk when it resolves; one that is there already stays as it is. Answers the bytes it added. */
  put(replay: string, segment: number, bytes: Uint8Array): Promise<number>;
  numbers(replay: string): Promise<number[]>;
  /** JSON text of an array. Throws `not-found`, or `limit` where it unpacks to more than it may. */
  read(replay: string, segment: number): Promise<string>;
  remove(replay: string): Promise<void>;
}

/** What a segment may hold once it is unpacked. */
const mostUnpacked = 32 * 1024 ** 2;
const inflateAsync = promisify(inflate);
const gunzipAsync = promisify(gunzip);

export function createSegments(root: string): Segments {
  // Two letters in between, so that no folder has all of them.
  const folderOf = (replay: string) => join(root, replay.slice(0, 2), replay);
  const numbers = async (replay: string) =>
    (await readdir(folderOf(replay)).catch(() => []))
      .map(Number)
      .filter(Number.isInteger)
      .sort((one, other) => one - other);
  return {
    numbers,
    async put(replay, segment, bytes) {
      const folder = folderOf(replay);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if ((await numbers(replay)).includes(segment)) return 0;
      // What came plain would take ten times the room.
      const kept = bytes[0] === 0x5b ? Bun.zstdCompressSync(bytes, { level: 3 }) : bytes;
      const fresh = join(folder, `${segment}.${crypto.randomUUID()}.new`);
      await writeFile(fresh, kept, { flush: true, mode: 0o600 });
      await rename(fresh, join(folder, String(segment)));
      return kept.length;
    },
    async read(replay, segment) {
      const bytes = await readFile(join(folderOf(replay), String(segment))).catch(() => null);
      if (bytes === null) {
        throw new WindlassError('not-found', `the replay ${replay} has no segment ${segment}`, {
          hint: 'See `windlass replays`.',
        });
      }
      try {
        return (await unpacked(bytes)).toString('utf8');
      } catch (error) {
        throw new WindlassError('limit', `segment ${segment} of the replay ${replay} cannot be unpacked`, {
          hint: `A segment holds ${mostUnpacked / 1024 ** 2} MB at most; this one is damaged or larger.`,
          cause: error,
        });
      }
    },
    remove: (replay) => rm(folderOf(replay), { recursive: true, force: true }),
  };
}

async function unpacked(bytes: Buffer): Promise<Buffer> {
  const limit = { maxOutputLength: mostUnpacked };
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipAsync(bytes, limit);
  // Zstandard frames (RFC 8878 section 3.1.1) are ours, of what came plain and was bounded then.
  if (bytes.readUInt32LE(0) === 0xfd2fb528) return Buffer.from(Bun.zstdDecompressSync(bytes));
  return inflateAsync(bytes, limit);
}
