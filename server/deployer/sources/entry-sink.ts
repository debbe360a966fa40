/** Writes the entries of an archive to disk, one after the other, each checked before anything of it is written. */

import { constants, link, lstat, mkdir, open, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import { entryPath, isMacMetadata } from './entry-path.ts';
import { insideTarget } from './links.ts';
import type { TarHeader } from './tar.ts';

export interface SinkLimits {
  into: string;
  maxBytes: number;
  maxEntries: number;
}

export interface SinkSummary {
  entries: number;
  files: number;
  folders: number;
  bytes: number;
  /** The archive names its own root (`./`), so its paths are meant as they are. */
  hasRoot: boolean;
  /** The single name everything is under, where it is a folder. */
  onlyTop: string | null;
}

export interface EntrySink {
  /** Reads `body` to its end. Throws `WindlassError` (`invalid`, `limit`) naming the entry. */
  take(header: TarHeader, body: AsyncIterable<Buffer>): Promise<void>;
  summary(): SinkSummary;
}

const knownFolders = 10_000;

export function openEntrySink({ into, maxBytes, maxEntries }: SinkLimits): EntrySink {
  const counts = { entries: 0, files: 0, folders: 0, bytes: 0, hasRoot: false };
  const tops = new Set<string>();
  const folders = new Set<string>();
  let topIsFolder = false;

  const take = async (header: TarHeader, body: AsyncIterable<Buffer>): Promise<void> => {
    counts.entries++;
    if (counts.entries > maxEntries) {
      throw new WindlassError('limit', `the archive has more than ${maxEntries} entries`, {
        hint: 'Leave out what the app does not need, for example with a .windlassignore file.',
      });
    }
    const place = entryPath(header.name);
    if (place.kind === 'refused') throw refusal(header.name, place.why);
    if (place.kind === 'root') {
      counts.hasRoot = true;
      return drain(body);
    }
    if (isMacMetadata(place.path) || header.type === 'pax-global-header') return drain(body);
    const { path } = place;
    const top = path.split('/', 1)[0] ?? path;
    if (tops.size < 2) tops.add(top);
    topIsFolder = path !== top || header.type === 'directory';
    switch (header.type) {
      case 'directory':
        await ensureFolder(into, path, folders, header.name);
        counts.folders++;
        return drain(body);
      case 'file':
      case 'contiguous-file':
        if (counts.bytes + header.size > maxBytes) throw tooBig(maxBytes);
        await ensureFolder(into, dirname(path), folders, header.name);
        counts.bytes += await writeFile(into, path, header, body);
        counts.files++;
        return;
      case 'symlink': {
        const target = insideTarget(path, header.linkname ?? '');
        if (target === null)
          throw refusal(header.name, `it is a link that leaves the folder (to ${header.linkname})`);
        await ensureFolder(into, dirname(path), folders, header.name);
        await once(header.name, symlink(target, join(into, path)));
        counts.files++;
        return drain(body);
      }
      case 'link':
        await ensureFolder(into, dirname(path), folders, header.name);
        await hardLink(into, path, header, folders);
        counts.files++;
        return drain(body);
      default:
        throw refusal(header.name, 'it is neither a file nor a folder nor a link');
    }
  };

  return {
    take,
    summary: () => {
      const [only] = tops;
      return { ...counts, onlyTop: tops.size === 1 && topIsFolder && only !== undefined ? only : null };
    },
  };
}

function refusal(name: string, why: string): WindlassError {
  const shown = JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
  return new WindlassError('invalid', `the archive has an entry ${shown} that is refused: ${why}`, {
    hint: 'Make the archive anew from inside the folder of the app.',
  });
}

/** What is said of an archive that unpacks to too much. */
export function tooBig(maxBytes: number): WindlassError {
  return new WindlassError(
    'limit',
    `the archive unpacks to more than ${Math.floor(maxBytes / 1024 ** 2)} MB`,
    {
      hint: 'Leave out what the app does not need, for example with a .windlassignore file.',
    },
  );
}

async function drain(body: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of body) void chunk;
}

/** Makes `path` and what is above it; each part must be a real folder, so that nothing is written through a link. */
async function ensureFolder(into: string, path: string, known: Set<string>, entry: string): Promise<void> {
  if (path === '.' || known.has(path)) return;
  await ensureFolder(into, dirname(path), known, entry);
  const full = join(into, path);
  const state = await lstat(full).catch(() => null);
  if (state === null) await mkdir(full, { mode: 0o755 });
  else if (state.isSymbolicLink()) throw refusal(entry, 'it would be written through a link');
  else if (!state.isDirectory()) throw refusal(entry, 'a file of the same name is in its way');
  if (known.size >= knownFolders) known.clear();
  known.add(path);
}

/** Only the owner's executable bit of the mode is kept: no setuid, no world-writable files. */
async function writeFile(
  into: string,
  path: string,
  header: TarHeader,
  body: AsyncIterable<Buffer>,
): Promise<number> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const mode = (header.mode & 0o100) === 0 ? 0o644 : 0o755;
  const handle = await once(header.name, open(join(into, path), flags, mode));
  let bytes = 0;
  try {
    for await (const chunk of body) {
      await handle.writeFile(chunk);
      bytes += chunk.length;
    }
  } finally {
    await handle.close();
  }
  return bytes;
}

async function hardLink(into: string, path: string, header: TarHeader, known: Set<string>): Promise<void> {
  const target = entryPath(header.linkname ?? '');
  if (target.kind !== 'inside')
    throw refusal(header.name, `it is a link that leaves the folder (to ${header.linkname})`);
  await ensureFolder(into, dirname(target.path), known, header.name);
  const state = await lstat(join(into, target.path)).catch(() => null);
  if (state === null || !state.isFile()) {
    throw refusal(
      header.name,
      `it is a link to ${header.linkname}, which is no file before it in the archive`,
    );
  }
  await once(header.name, link(join(into, target.path), join(into, path)));
}

async function once<T>(name: string, action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EEXIST' || code === 'EISDIR' || code === 'ELOOP')
      throw refusal(name, 'it is in the archive twice');
    throw error;
  }
}
