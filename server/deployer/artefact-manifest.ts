/** What an artefact is made of, one line an entry, in an order that does not depend on the disk. Its digest names the artefact. */

import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, open, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

export type ManifestEntry =
  | { kind: 'folder'; path: string }
  | { kind: 'file'; path: string; executable: boolean; bytes: number; sha256: string }
  | { kind: 'link'; path: string; target: string };

export interface ManifestSummary {
  /** SHA-256 (hex) over the manifest's text. */
  digest: string;
  files: number;
  bytes: number;
}

const smallFile = 1024 * 1024;
const atOnce = 8;

/** Writes the manifest of `folder` to `file`; the folders named in `writable` are not part of it. */
export async function writeManifest(
  folder: string,
  writable: ReadonlySet<string>,
  file: string,
): Promise<ManifestSummary> {
  const hash = createHash('sha256');
  const summary = { files: 0, bytes: 0 };
  const sink = Bun.file(file).writer();
  try {
    for await (const entry of entriesOf(folder, '', writable)) {
      if (entry.kind === 'file') {
        summary.files++;
        summary.bytes += entry.bytes;
      }
      const line = `${manifestLine(entry)}\n`;
      hash.update(line);
      sink.write(line);
      await sink.flush();
    }
  } finally {
    await sink.end();
  }
  return { digest: hash.digest('hex'), ...summary };
}

/** One line: JSON, so that any file name fits. */
function manifestLine(entry: ManifestEntry): string {
  switch (entry.kind) {
    case 'folder':
      return JSON.stringify(['d', entry.path]);
    case 'link':
      return JSON.stringify(['l', entry.path, entry.target]);
    case 'file':
      return JSON.stringify([entry.executable ? 'x' : 'f', entry.path, entry.bytes, entry.sha256]);
  }
}

/** The files' path of a line, or null for lines about anything else. */
export function pathOfFile(line: string): string | null {
  const value: unknown = JSON.parse(line);
  if (!Array.isArray(value) || (value[0] !== 'f' && value[0] !== 'x')) return null;
  return typeof value[1] === 'string' ? value[1] : null;
}

async function* entriesOf(
  root: string,
  folder: string,
  writable: ReadonlySet<string>,
): AsyncGenerator<ManifestEntry> {
  const names = (await readdir(join(root, folder))).sort();
  for (let at = 0; at < names.length; at += atOnce) {
    const paths = names.slice(at, at + atOnce).map((name) => (folder === '' ? name : `${folder}/${name}`));
    const entries = await Promise.all(paths.map((path) => entryOf(root, path)));
    for (const entry of entries) {
      if (entry === null || writable.has(entry.path)) continue;
      yield entry;
      if (entry.kind === 'folder') yield* entriesOf(root, entry.path, writable);
    }
  }
}

/** Null for what is neither file nor folder nor link; sealing removes such entries. */
async function entryOf(root: string, path: string): Promise<ManifestEntry | null> {
  const full = join(root, path);
  const state = await lstat(full);
  if (state.isDirectory()) return { kind: 'folder', path };
  if (state.isSymbolicLink()) return { kind: 'link', path, target: await readlink(full) };
  if (!state.isFile()) return null;
  const executable = (state.mode & 0o100) !== 0;
  return { kind: 'file', path, executable, bytes: state.size, sha256: await hashOf(full, state) };
}

async function hashOf(path: string, { size }: Stats): Promise<string> {
  const hash = createHash('sha256');
  if (size <= smallFile) return hash.update(await readFile(path)).digest('hex');
  for await (const chunk of createReadStream(path, { highWaterMark: smallFile }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Lines of a manifest file, one after the other. */
export async function* manifestLines(file: string): AsyncGenerator<string> {
  const handle = await open(file);
  try {
    for await (const line of handle.readLines()) yield line;
  } finally {
    await handle.close();
  }
}
