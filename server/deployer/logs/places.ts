/** Where each log lies: `<logs>/<app>/<environment>/r<release>/run-<n>` and `.../builds/<deployment>-<n>`. */

import { join } from 'node:path';
import type { LogQuery } from './query.ts';
import { type JournalPlace, listSegments, namesIn } from './segments.ts';

export interface LogPlace extends JournalPlace {
  /** Null for builds: a build's release has no number before it is done. */
  release: number | null;
}

export function environmentFolder(root: string, app: string, environment: string): string {
  return join(root, app, environment);
}

export function runPlace(root: string, app: string, environment: string, release: number): LogPlace {
  return { folder: join(environmentFolder(root, app, environment), `r${release}`), stem: 'run', release };
}

export function buildPlace(root: string, app: string, environment: string, deployment: string): LogPlace {
  return {
    folder: join(environmentFolder(root, app, environment), 'builds'),
    stem: deployment,
    release: null,
  };
}

/** The logs on disk that a query asks about. */
export function placesOf(root: string, query: LogQuery): LogPlace[] {
  const { app, environment } = query;
  if (query.kind === 'build') {
    if (query.deployment !== undefined) return [buildPlace(root, app, environment, query.deployment)];
    const folder = join(environmentFolder(root, app, environment), 'builds');
    const stems = new Set(listSegments(folder).map((segment) => segment.stem));
    return [...stems].map((stem) => ({ folder, stem, release: null }));
  }
  if (query.release !== undefined) return [runPlace(root, app, environment, query.release)];
  return namesIn(environmentFolder(root, app, environment))
    .filter((name) => /^r\d+$/.test(name))
    .map((name) => runPlace(root, app, environment, Number(name.slice(1))));
}
