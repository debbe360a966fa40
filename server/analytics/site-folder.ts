/** Where the days of a site lie: `analytics/<app>.<environment>[.served]/<yyyymmdd>.{journal,db}`. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Names of apps and environments hold no dot, so this is one site and no other. */
export interface SiteId {
  readonly app: string;
  readonly environment: string;
  readonly counted: 'script' | 'served';
}

export interface StoredDay {
  /** ms since the epoch. */
  readonly day: number;
  /** Hits that came in, until nobody can add to the day any more. */
  readonly journal: string | null;
  readonly partition: string | null;
  readonly bytes: number;
}

export const dayMs = 86_400_000;

export function dayStart(at: number): number {
  return Math.floor(at / dayMs) * dayMs;
}

export function siteFolder(root: string, { app, environment, counted }: SiteId): string {
  return join(root, `${app}.${environment}${counted === 'served' ? '.served' : ''}`);
}

export function dayFile(folder: string, day: number, kind: 'journal' | 'db'): string {
  return join(folder, `${new Date(day).toISOString().slice(0, 10).replaceAll('-', '')}.${kind}`);
}

/** Sums of days whose visits are gone, or that another tool counted. */
export function rollupFile(folder: string): string {
  return join(folder, 'rollups.db');
}

/** The oldest first; empty where nothing was ever counted. */
export function storedDays(folder: string): StoredDay[] {
  const days = new Map<number, { journal: string | null; partition: string | null; bytes: number }>();
  for (const name of namesIn(folder)) {
    const [, year, month, date, kind] = /^(\d{4})(\d{2})(\d{2})\.(journal|db)$/.exec(name) ?? [];
    if (kind === undefined) continue;
    const day = Date.UTC(Number(year), Number(month) - 1, Number(date));
    const path = join(folder, name);
    const found = days.get(day) ?? { journal: null, partition: null, bytes: 0 };
    found.bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (kind === 'journal') found.journal = path;
    else found.partition = path;
    days.set(day, found);
  }
  return [...days].map(([day, files]) => ({ day, ...files })).sort((a, b) => a.day - b.day);
}

/** The folders of all sites. */
export function siteFolders(root: string): string[] {
  return namesIn(root)
    .filter((name) => /^[a-z0-9-]+\.[a-z0-9-]+(\.served)?$/.test(name))
    .map((name) => join(root, name));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
