/** Packs a folder of sources to a gzip tar, streaming, for sending it to a server. */

import { constants, type Dirent } from 'node:fs';
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Commit } from '../../../shared/deployer/commit.ts';
import { WindlassError } from '../../../shared/errors.ts';
import { gitHistory } from './git-history.ts';
import { type IgnoreRules, isIgnored, rulesAbove, rulesIn } from './ignore-rules.ts';
import { insideTarget } from './links.ts';
import { openTarWriter, type TarWriter } from './tar.ts';

export interface PackSummary {
  files: number;
  /** Sum of the files' sizes, before compression. */
  bytes: number;
  /** What could not be sent: sockets, devices, links that leave the folder. Relative to the folder. */
  leftOut: string[];
}

export interface PackedFolder {
  /** The archive: the same files give the same bytes. Cancel it to stop early. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Resolves when the stream was read to its end, rejects where it failed. */
  readonly summary: Promise<PackSummary>;
  /** The latest commits of the repository it is in, newest first; empty where it is in none. */
  readonly history: Promise<Commit[]>;
}

interface Found {
  path: string;
  kind: 'file' | 'folder' | 'link' | 'other';
}

const mostLeftOutNames = 100;

/**
 * Honours `.gitignore` (nested ones and those above, inside a repository) and `.windlassignore`; `.git`,
 * `node_modules` and `.DS_Store` never go along. Throws `WindlassError('not-found')` where `folder` is none.
 */
export async function packFolder(folder: string): Promise<PackedFolder> {
  const root = await realpath(resolve(folder)).catch(() => null);
  if (root === null || !(await lstat(root)).isDirectory()) {
    throw new WindlassError('not-found', `there is no folder ${folder}`, {
      hint: 'Name the folder of the app with --dir.',
    });
  }
  const tar = await openTarWriter();
  const gzip = createGzip({ level: 6 });
  const filling = fill(tar, root);
  const summary = Promise.all([
    filling.catch((error: unknown) => {
      tar.destroy(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }),
    pipeline(tar, gzip),
  ]).then(([counts]) => counts);
  summary.catch(() => undefined);
  return {
    stream: Readable.toWeb(gzip) as unknown as ReadableStream<Uint8Array>,
    summary,
    history: gitHistory(root),
  };
}

async function fill(tar: TarWriter, root: string): Promise<PackSummary> {
  const summary: PackSummary = { files: 0, bytes: 0, leftOut: [] };
  const leaveOut = (path: string): void => {
    if (summary.leftOut.length < mostLeftOutNames) summary.leftOut.push(path);
  };
  // The entry for the root says that the paths are meant as they are: nothing is unwrapped on the other side.
  await put(tar, { name: './', type: 'directory', mode: 0o755 });
  for await (const { path, kind } of below(root, '', await rulesAbove(root))) {
    switch (kind) {
      case 'folder':
        await put(tar, { name: `${path}/`, type: 'directory', mode: 0o755 });
        break;
      case 'link': {
        const target = await keptTarget(root, path);
        if (target === null) leaveOut(path);
        else await put(tar, { name: path, type: 'symlink', mode: 0o777, linkname: target });
        break;
      }
      case 'file':
        summary.bytes += await putFile(tar, root, path);
        summary.files++;
        break;
      case 'other':
        leaveOut(path);
    }
  }
  tar.finalize();
  return summary;
}

/** Depth first, names in code-unit order, so that the order never depends on the file system. */
async function* below(root: string, folder: string, outer: IgnoreRules): AsyncGenerator<Found> {
  const full = join(root, folder);
  const rules = await rulesIn(full, outer);
  const entries = await readdir(full, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (isIgnored(rules, join(full, entry.name), entry.isDirectory())) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const kind = kindOf(entry);
    yield { path, kind };
    if (kind === 'folder') yield* below(root, path, rules);
  }
}

function kindOf(entry: Dirent): Found['kind'] {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** The link's target where it stays inside; an absolute one is made relative. */
async function keptTarget(root: string, path: string): Promise<string | null> {
  const target = await readlink(join(root, path));
  const real = await realpath(join(root, path)).catch(() => null);
  if (real === null) return insideTarget(path, target);
  const fromRoot = relative(root, real);
  if (fromRoot === '..' || fromRoot.startsWith('../')) return null;
  const plain = insideTarget(path, target);
  return plain === target ? plain : relative(join(root, dirname(path)), real) || '.';
}

async function putFile(tar: TarWriter, root: string, path: string): Promise<number> {
  const handle = await open(join(root, path), constants.O_RDONLY | constants.O_NOFOLLOW).catch(
    (cause: unknown) => {
      throw new WindlassError('failed', `${path} cannot be read`, { hint: 'Check its permissions.', cause });
    },
  );
  try {
    const { size, mode } = await handle.stat();
    const header = { name: path, type: 'file', size, mode: (mode & 0o100) === 0 ? 0o644 : 0o755 } as const;
    const { entry, written } = begin(tar, header);
    let left = size;
    while (left > 0) {
      const chunk = Buffer.allocUnsafe(Math.min(left, 256 * 1024));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) {
        throw new WindlassError('conflict', `${path} became shorter while it was sent`, {
          hint: 'Deploy again.',
        });
      }
      left -= bytesRead;
      if (!entry.write(chunk.subarray(0, bytesRead))) await drained(entry, tar);
    }
    entry.end();
    await written;
    return size;
  } finally {
    await handle.close();
  }
}

/** Resolves when more may be written; rejects where the reader went away. */
function drained(entry: Writable, tar: TarWriter): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      entry.removeListener('drain', onDrain);
      tar.removeListener('close', onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onDrain = (): void => settle();
    const onClose = (): void => settle(new WindlassError('cancelled', 'sending the folder was stopped'));
    entry.once('drain', onDrain);
    tar.once('close', onClose);
  });
}

type SmallHeader = Omit<Parameters<TarWriter['entry']>[0], 'mtime'>;

async function put(tar: TarWriter, header: SmallHeader): Promise<void> {
  await begin(tar, header).written;
}

/** The entry's body, and the moment it is in the archive. Without `Promise.withResolvers`, which Node 20 lacks. */
function begin(tar: TarWriter, header: SmallHeader): { entry: Writable; written: Promise<void> } {
  let settle: (error?: Error | null) => void = () => undefined;
  const written = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve());
  });
  written.catch(() => undefined);
  const entry = tar.entry({ ...header, mtime: new Date(0) }, (error) => settle(error));
  entry.on('error', settle);
  return { entry, written };
}
