/** Archives that clients sent: one file each, complete or not there, gone after a day. */

import { createHash } from 'node:crypto';
import { open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';

export interface UploadStoreOptions {
  /** The folder of uploads; it exists. */
  folder: string;
  /** Most bytes of one upload. */
  maxBytes: number;
  /** Bytes that must stay free on the disk. */
  freeFloor: number;
  /** Free bytes of the disk that `folder` is on. */
  freeBytes?: (folder: string) => Promise<number>;
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export interface Upload {
  upload: string;
  bytes: number;
  sha256: string;
}

export interface UploadStore {
  /** On return it is on disk. Throws `limit` (too big, disk full), `cancelled`; then nothing of it is left. */
  receive(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<Upload>;
  /** The archive's file. Throws `not-found`. */
  path(upload: string): Promise<string>;
  remove(upload: string): Promise<void>;
  /** Removes uploads older than a day and what an earlier process left half received; says how many. */
  sweep(): Promise<number>;
}

const dayMs = 24 * 60 * 60 * 1000;
const checkEvery = 16 * 1024 * 1024;

export function createUploadStore(options: UploadStoreOptions): UploadStore {
  const { folder, maxBytes, freeFloor, now, freeBytes = freeBytesOf } = options;
  const receiving = new Set<string>();
  const fileOf = (upload: string): string => join(folder, `${upload}.tar`);

  const checkDisk = async (): Promise<void> => {
    if ((await freeBytes(folder)) < freeFloor) throw diskFull(freeFloor, null);
  };

  const write = async (part: string, body: ReadableStream<Uint8Array>, signal: AbortSignal) => {
    const hash = createHash('sha256');
    const handle = await open(part, 'wx', 0o600);
    try {
      let bytes = 0;
      let nextCheck = checkEvery;
      for await (const chunk of body) {
        signal.throwIfAborted();
        bytes += chunk.byteLength;
        if (bytes > maxBytes) throw tooBig(maxBytes);
        if (bytes >= nextCheck) {
          await checkDisk();
          nextCheck = bytes + checkEvery;
        }
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
      signal.throwIfAborted();
      await handle.sync();
      return { bytes, sha256: hash.digest('hex') };
    } finally {
      await handle.close();
    }
  };

  return {
    async receive(body, signal) {
      const upload = crypto.randomUUID();
      const part = join(folder, `${upload}.part`);
      receiving.add(part);
      try {
        await checkDisk();
        const received = await write(part, body, signal);
        if (received.bytes === 0) {
          throw new WindlassError('invalid', 'the upload is empty', { hint: 'Send a tar as the body.' });
        }
        await rename(part, fileOf(upload));
        await syncFolder(folder);
        return { upload, ...received };
      } catch (error) {
        await rm(part, { force: true });
        await body.cancel(error).catch(() => undefined);
        if (error instanceof WindlassError) throw error;
        if (signal.aborted) throw new WindlassError('cancelled', 'the upload was cut off', { cause: error });
        if (isDiskFull(error)) throw diskFull(freeFloor, error);
        throw error;
      } finally {
        receiving.delete(part);
      }
    },
    async path(upload) {
      const known = /^[0-9a-f-]{36}$/.test(upload) && (await stat(fileOf(upload)).catch(() => null)) !== null;
      if (!known) {
        throw new WindlassError('not-found', 'the upload is not there any more', {
          hint: 'Uploads are kept for a day; send it again.',
        });
      }
      return fileOf(upload);
    },
    async remove(upload) {
      if (/^[0-9a-f-]{36}$/.test(upload)) await rm(fileOf(upload), { force: true });
    },
    async sweep() {
      let removed = 0;
      for (const name of await readdir(folder)) {
        const file = join(folder, name);
        const abandoned = name.endsWith('.part') && !receiving.has(file);
        const state = await stat(file).catch(() => null);
        const old = name.endsWith('.tar') && state !== null && now() - state.mtimeMs > dayMs;
        if (!abandoned && !old) continue;
        await rm(file, { force: true });
        removed++;
      }
      return removed;
    },
  };
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2)} MB`;

const tooBig = (maxBytes: number): WindlassError =>
  new WindlassError('limit', `the upload is larger than ${megabytes(maxBytes)}`, {
    hint: 'Leave out what the app does not need, for example with a .windlassignore file.',
  });

const diskFull = (floor: number, cause: unknown): WindlassError =>
  new WindlassError('limit', 'the disk of the server is full', {
    hint: `Windlass keeps ${megabytes(floor)} free; remove old releases or other files and try again.`,
    ...(cause === null ? {} : { cause }),
  });

function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'ENOSPC' || code === 'EDQUOT';
}
