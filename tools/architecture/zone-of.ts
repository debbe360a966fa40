/** Which zone a path is in, and whether one place may import another. Pure. */

import type { Zone } from './house.ts';

export interface Placed {
  zone: Zone;
  /** The zone's folder with `<x>` filled in, e.g. `server/proxy`. */
  place: string;
}

export function zoneOf(path: string, zones: readonly Zone[]): Placed | null {
  for (const zone of zones) {
    const found = matchPlace(path, zone.place);
    if (found !== null) return { zone, place: found };
  }
  return null;
}

/** True where `path` is `place` or lies in it. */
export function isIn(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

function matchPlace(path: string, pattern: string): string | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (given.length < wanted.length) return null;
  // `<x>` is a folder, so something must lie in it.
  if (pattern.endsWith('<x>') && given.length === wanted.length) return null;
  const fits = wanted.every((part, index) => part === '<x>' || part === given[index]);
  return fits ? given.slice(0, wanted.length).join('/') : null;
}
