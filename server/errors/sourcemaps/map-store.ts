/** Source maps on disk, one compressed file for each content, and the places found in them. */

import type { Database } from 'bun:sqlite';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBody } from '../wire/decode.ts';
import { commonEnd } from './common-end.ts';
import { type OpenMap, openMap } from './open-map.ts';
import type { Minified, Original, Place } from './original.ts';

export interface MapOf {
  readonly project: number;
  /** Empty where it is known by its debug id alone. */
  readonly release: string;
  /** The minified file, as a path without its first slash or an address. */
  readonly file: string;
  /** 32 digits, or empty. */
  readonly debugId: string;
}

export interface MapStore {
  /** Says whether it was taken: what is no source map, or too large, is not. On disk when it returns. */
  put(of: MapOf, bytes: Uint8Array, now: number): boolean;
  readonly original: Original;
  /** Deletes maps of old releases beyond the budget. */
  prune(now: number): void;
  /** All of a project. */
  forget(project: number): void;
  close(): void;
}

export const largestMap = 32 * 1024 ** 2;
const keepBytes = 512 * 1024 ** 2;
const keepMs = 180 * 86_400_000;
/** Of the maps that stay open, as text: what is parsed takes some times that. */
const openBytes = 6 * 1024 ** 2;
const mostPlaces = 3000;

export function createMapStore({ index, folder }: { index: Database; folder: string }): MapStore {
  const open = new Map<string, { map: OpenMap | null; size: number }>();
  const places = new Map<string, Place | null>();

  const load = (blob: string): OpenMap | null => {
    const found = open.get(blob);
    if (found !== undefined) return found.map;
    const text = read(join(folder, blob));
    const map = text === null ? null : openMap(text);
    const size = text?.length ?? 0;
    let sum = size;
    for (const each of open.values()) sum += each.size;
    for (const [name, each] of open) {
      if (sum <= openBytes) break;
      open.delete(name);
      sum -= each.size;
    }
    open.set(blob, { map, size });
    return map;
  };

  const blobOf = ({ project, debugId, release, path }: Minified): string | null => {
    if (debugId !== null) {
      const row = index
        .query<{ blob: string }, [number, string]>(
          'SELECT blob FROM maps WHERE project = ? AND debug_id = ? ORDER BY at DESC LIMIT 1',
        )
        .get(project, debugId);
      if (row !== null) return row.blob;
    }
    if (release === null) return null;
    const clean = path.replace(/[?#].*$/s, '');
    const rows = index
      .query<{ blob: string; file: string }, [number, string, string]>(
        'SELECT blob, file FROM maps WHERE project = ? AND release = ? AND name = ? LIMIT 100',
      )
      .all(project, release, nameOf(clean));
    const best = rows.sort((one, other) => commonEnd(other.file, clean) - commonEnd(one.file, clean))[0];
    return best?.blob ?? null;
  };

  return {
    put({ project, release, file, debugId }, bytes, now) {
      if (bytes.length > largestMap) return false;
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
      if (!/"mappings"\s*:/.test(text) && !/"sections"\s*:/.test(text)) return false;
      const blob = new Bun.CryptoHasher('sha1').update(bytes).digest('hex');
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (!existsSync(join(folder, blob))) {
        writeFileSync(join(folder, `${blob}.new`), Bun.zstdCompressSync(bytes, { level: 6 }), {
          flush: true,
        });
        renameSync(join(folder, `${blob}.new`), join(folder, blob));
      }
      index
        .query(
          `INSERT OR REPLACE INTO maps (project, release, file, name, debug_id, blob, size, at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(project, release, file, nameOf(file), debugId, blob, bytes.length, now);
      // What was looked for in vain may be there now.
      places.clear();
      return true;
    },
    original(minified) {
      const { project, debugId, release, path, line, column } = minified;
      const key = `${project} ${debugId ?? release} ${path} ${line}:${column}`;
      const known = places.get(key);
      if (known !== undefined) return known;
      const blob = blobOf(minified);
      const place = blob === null ? null : (load(blob)?.(line, column) ?? null);
      if (places.size >= mostPlaces) places.clear();
      places.set(key, place);
      return place;
    },
    prune(now) {
      const rows = index
        .query<{ blob: string; size: number; at: number }, []>(
          'SELECT blob, max(size) AS size, max(at) AS at FROM maps GROUP BY blob ORDER BY at DESC',
        )
        .all();
      let sum = 0;
      for (const { blob, size, at } of rows) {
        sum += size;
        if (sum <= keepBytes && at > now - keepMs) continue;
        index.query('DELETE FROM maps WHERE blob = ?').run(blob);
        rmSync(join(folder, blob), { force: true });
        open.delete(blob);
      }
    },
    forget(project) {
      const blobs = index
        .query<{ blob: string }, [number]>('SELECT DISTINCT blob FROM maps WHERE project = ?')
        .all(project);
      index.query('DELETE FROM maps WHERE project = ?').run(project);
      for (const { blob } of blobs) {
        if (index.query('SELECT 1 FROM maps WHERE blob = ?').get(blob) !== null) continue;
        rmSync(join(folder, blob), { force: true });
        open.delete(blob);
      }
      places.clear();
    },
    close() {
      open.clear();
      places.clear();
    },
  };
}

function read(path: string): string | null {
  try {
    const decoded = decodeBody(readFileSync(path), 'zstd', largestMap);
    return decoded.kind === 'bytes' ? Buffer.from(decoded.bytes).toString('utf8') : null;
  } catch {
    return null;
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
