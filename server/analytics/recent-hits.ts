/** The newest hits of the journals that may still go on: what a Worker that starts again has to remember. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type Hit, unpackHit } from '../../shared/analytics/hit.ts';
import { dayMs, dayStart, siteFolders, storedDays } from './site-folder.ts';

/** Of each journal: some thousand hits. */
const mostBytes = 1 << 20;

export function* recentHits(root: string, now: number, withinMs: number): Generator<Hit> {
  for (const folder of siteFolders(root)) {
    for (const { day, journal } of storedDays(folder)) {
      if (journal === null || day < dayStart(now) - dayMs) continue;
      for (const line of tailOf(journal).split('\n')) {
        const hit = unpackHit(line);
        if (hit !== null && hit.at >= now - withinMs) yield hit;
      }
    }
  }
}

function tailOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, mostBytes));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8');
  } finally {
    closeSync(file);
  }
}
