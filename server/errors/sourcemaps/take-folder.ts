/** Takes in the source maps that a release's build left beside its scripts. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { largestMap, type MapStore } from './map-store.ts';

const mostMaps = 3000;
const mostFolders = 5000;
const mostBytes = 256 * 1024 ** 2;
const script = /\.(?:js|mjs|cjs|css)\.map$/;

/** How many. Packages and hidden folders are left out, but for what frameworks build into theirs. Follows no links. */
export function takeFolder(
  maps: MapStore,
  of: { project: number; release: string; folder: string; now: number },
): number {
  const folders = [''];
  let [taken, bytes, seen] = [0, 0, 0];
  while (folders.length > 0 && taken < mostMaps && seen++ < mostFolders) {
    const folder = folders.pop() ?? '';
    for (const entry of list(join(of.folder, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && entry.name !== '.git' && entry.name !== 'cache')
          folders.push(path);
      } else if (entry.isFile() && script.test(entry.name)) {
        const full = join(of.folder, path);
        const { size } = statSync(full);
        bytes += size;
        if (size > largestMap || bytes > mostBytes) continue;
        const content = readFileSync(full);
        const file = path.slice(0, -'.map'.length);
        const { project, release, now } = of;
        if (maps.put({ project, release, file, debugId: debugIdIn(content) }, content, now)) taken++;
      }
    }
  }
  return taken;
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Of the map itself: injected by bundlers' plugins under either name. 32 digits, or empty. */
export function debugIdIn(map: Uint8Array): string {
  const ends = [map.subarray(0, 2000), map.subarray(-2000)]
    .map((end) => new TextDecoder().decode(end))
    .join(' ');
  const found = /"debug_?[iI]d"\s*:\s*"([0-9a-fA-F-]{32,36})"/.exec(ends)?.[1] ?? '';
  return found.replaceAll('-', '').toLowerCase();
}
