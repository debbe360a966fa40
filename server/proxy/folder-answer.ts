/** What a static release answers: which file, under which status and fields. Reads names and sizes, never contents. */

import { realpathSync, type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Backend } from '../../shared/proxy/backend.ts';
import { parseRange } from './byte-range.ts';
import { cacheControl, folderPath } from './folder-path.ts';
import { fieldValue } from './http1/field.ts';
import { compresses, extension, mediaType } from './mime.ts';
import { type Coding, takesCoding } from './shaping/accept-encoding.ts';

export type FolderAnswer =
  | { kind: 'file'; status: 200 | 206 | 404; fields: string; file: string; start: number; end: number }
  | { kind: 'unchanged'; fields: string }
  | { kind: 'redirect'; location: string }
  | { kind: 'no-such-part'; size: number }
  | { kind: 'not-found' }
  | { kind: 'method' };

export interface FolderRequest {
  method: string;
  /** As the client sent it: what redirects are built on. */
  path: string;
  /** Without the route's prefix where that is stripped. */
  inside: string;
  /** The request's field lines. */
  fields: string;
  /** Which changes are made to pages on their way, as a part of their tags; empty for none. */
  variant: string;
}

type Folder = Extract<Backend, { kind: 'folder' }>;

interface Found {
  file: string;
  /** Relative to the folder. */
  name: string;
  stats: Stats;
}

const encodings: readonly { name: Coding; suffix: string }[] = [
  { name: 'br', suffix: '.br' },
  { name: 'zstd', suffix: '.zst' },
  { name: 'gzip', suffix: '.gz' },
];

/** Throws what the system says where the folder cannot be read at all. */
export function answerFromFolder(folder: Folder, request: FolderRequest): FolderAnswer {
  if (request.method !== 'GET' && request.method !== 'HEAD') return { kind: 'method' };
  const path = folderPath(request.inside);
  if (path === null) return { kind: 'not-found' };
  const root = realpathSync(folder.root);
  const exact = path === '' || path.endsWith('/') ? null : find(root, path);
  if (exact?.stats.isFile()) return whole(folder, root, request, exact, 200);
  if (exact?.stats.isDirectory() && find(root, `${path}/index.html`)?.stats.isFile()) {
    return { kind: 'redirect', location: withSlash(request.path) };
  }
  const other =
    path === '' || path.endsWith('/') ? find(root, `${path}index.html`) : find(root, `${path}.html`);
  if (other?.stats.isFile()) return whole(folder, root, request, other, 200);
  if (folder.rules.spa && extension(path) === '') {
    const entry = find(root, 'index.html');
    if (entry?.stats.isFile()) return whole(folder, root, request, entry, 200);
  }
  const notFound = find(root, '404.html');
  return notFound?.stats.isFile() ? whole(folder, root, request, notFound, 404) : { kind: 'not-found' };
}

function whole(
  folder: Folder,
  root: string,
  request: FolderRequest,
  found: Found,
  status: 200 | 404,
): FolderAnswer {
  const type = mediaType(found.name);
  const range = request.method === 'GET' && status === 200 ? fieldValue(request.fields, 'range') : '';
  const coded =
    range === '' && compresses(type)
      ? compressed(root, found, fieldValue(request.fields, 'accept-encoding'))
      : null;
  const size = coded?.stats.size ?? found.stats.size;
  const changed = request.variant !== '' && type.startsWith('text/html');
  const tag = entityTag(folder, found, coded?.encoding ?? '', changed ? request.variant : '');
  const shared =
    `ETag: ${tag}\r\nCache-Control: ${status === 404 ? 'no-cache' : cacheControl(found.name)}\r\n` +
    (compresses(type) ? 'Vary: Accept-Encoding\r\n' : '');
  if (status === 200 && matches(fieldValue(request.fields, 'if-none-match'), tag)) {
    return { kind: 'unchanged', fields: shared };
  }
  const described = `Content-Type: ${type}\r\nX-Content-Type-Options: nosniff\r\n${shared}${
    coded === null ? '' : `Content-Encoding: ${coded.encoding}\r\n`
  }${status === 200 ? 'Accept-Ranges: bytes\r\n' : ''}`;
  const file = coded?.file ?? found.file;
  const condition = fieldValue(request.fields, 'if-range');
  const part =
    condition === '' || (condition === tag && !tag.startsWith('W/'))
      ? parseRange(range, size)
      : parseRange('', size);
  switch (part.kind) {
    case 'whole':
      return {
        kind: 'file',
        status,
        fields: `${described}Content-Length: ${size}\r\n`,
        file,
        start: 0,
        end: size,
      };
    case 'part': {
      const { start, end } = part;
      const fields = `${described}Content-Range: bytes ${start}-${end - 1}/${size}\r\nContent-Length: ${end - start}\r\n`;
      return { kind: 'file', status: 206, fields, file, start, end };
    }
    case 'unsatisfiable':
      return { kind: 'no-such-part', size };
  }
}

/** Null where there is nothing, or where links lead out of the folder. `root` has no links in it. */
function find(root: string, name: string): Found | null {
  try {
    const file = realpathSync(join(root, name));
    if (file !== root && !file.startsWith(root + sep)) return null;
    return { file, name, stats: statSync(file) };
  } catch {
    return null;
  }
}

/** A copy beside the file that was compressed when the app was built, as good as the client takes. */
function compressed(
  root: string,
  found: Found,
  accepted: string,
): { file: string; encoding: string; stats: Stats } | null {
  if (accepted === '') return null;
  for (const { name, suffix } of encodings) {
    if (!takesCoding(accepted, name)) continue;
    const copy = find(root, found.name + suffix);
    if (copy?.stats.isFile()) return { file: copy.file, encoding: name, stats: copy.stats };
  }
  return null;
}

/** Files of a release never change; the folder's name stands for its contents, as times may be equal between releases. */
function entityTag(folder: Folder, found: Found, encoding: string, variant: string): string {
  const { size, mtimeMs } = found.stats;
  const contents = `${folder.root} ${folder.release} ${found.name} ${size} ${mtimeMs} ${encoding}${variant}`;
  const tag = `"${Bun.hash(contents).toString(36)}"`;
  return variant === '' ? tag : `W/${tag}`;
}

/** Weak comparison (RFC 9110 section 13.1.2). */
function matches(value: string, tag: string): boolean {
  if (value === '') return false;
  const plain = tag.replace(/^W\//, '');
  return value === '*' || value.split(',').some((one) => one.trim().replace(/^W\//, '') === plain);
}

function withSlash(path: string): string {
  const query = path.indexOf('?');
  return query === -1 ? `${path}/` : `${path.slice(0, query)}/${path.slice(query)}`;
}
