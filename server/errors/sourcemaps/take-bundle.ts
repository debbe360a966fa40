/** An artifact bundle, as `sentry-cli` and the bundlers' plugins upload it: its source maps taken in. */

import { objectOf, textOf } from '../event/text.ts';
import { isObject } from '../wire/envelope.ts';
import type { MapStore } from './map-store.ts';
import { readZip } from './read-zip.ts';

export interface BundlePart {
  /** The bundle's file; it may begin with a header of eight bytes. */
  readonly path: string;
  /** Where the bundle itself names none. */
  readonly release: string | null;
}

const manifestName = 'manifest.json';
const mostFiles = 10_000;

/** How many maps it had. Throws `SyntaxError` where it is no such bundle. */
export function takeBundle(
  maps: MapStore,
  of: { project: number; part: BundlePart; now: number },
): { maps: number } {
  const zip = readZip(of.part.path);
  try {
    const manifest = objectOf(
      JSON.parse(new TextDecoder().decode(zip.read(manifestName) ?? new Uint8Array())),
    );
    const release = textOf(manifest.release, 200) || of.part.release || '';
    const files = Object.entries(objectOf(manifest.files)).slice(0, mostFiles);
    const urls = new Map<string, { url: string; debugId: string }>();
    for (const [, each] of files) {
      const file = objectOf(each);
      const headers = lowerKeys(file.headers);
      const map = headers.sourcemap;
      const url = textOf(file.url, 2000);
      if (file.type !== 'minified_source' || map === undefined) continue;
      urls.set(resolve(url, map), { url, debugId: plainId(headers['debug-id']) });
    }
    let taken = 0;
    for (const [name, each] of files) {
      const file = objectOf(each);
      if (file.type !== 'source_map') continue;
      const bytes = zip.read(name);
      if (bytes === null) continue;
      const url = textOf(file.url, 2000);
      const script = urls.get(url);
      const debugId = plainId(lowerKeys(file.headers)['debug-id']) || script?.debugId || '';
      const minified = (script?.url ?? url.replace(/\.map$/, '')).replace(/^~?\//, '');
      if (maps.put({ project: of.project, release, file: minified, debugId }, bytes, of.now)) taken++;
    }
    return { maps: taken };
  } finally {
    zip.close();
  }
}

function lowerKeys(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key.toLowerCase(), textOf(each, 2000)]),
  );
}

function plainId(id: string | undefined): string {
  const plain = (id ?? '').replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(plain) ? plain : '';
}

/** A map's address as its script writes it: mostly just the name of a file beside it. */
function resolve(script: string, map: string): string {
  if (/^(?:~?\/|[a-z]+:)/.test(map)) return map;
  return script.slice(0, script.lastIndexOf('/') + 1) + map;
}
