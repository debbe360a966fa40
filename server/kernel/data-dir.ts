/** The data folder: its layout, its permissions, and the lock that keeps a second server out. */

import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lockDataDir } from './data-lock.ts';
import { explainDiskError, proveWritable } from './disk-error.ts';

export interface DataPaths {
  readonly root: string;
  readonly controlDb: string;
  readonly masterKey: string;
  readonly lock: string;
  readonly telemetry: string;
  /** A folder for each site, a file for each of its days. */
  readonly analytics: string;
  /** Rollups of what checks found. */
  readonly uptime: string;
  /** Events and issues; made with the first of them. */
  readonly errors: string;
  /** Recorded sessions; made with the first of them. */
  readonly replays: string;
  /** Received tars, one file an upload. */
  readonly uploads: string;
  /** Content-addressed release folders, one a digest. */
  readonly artefacts: string;
  /** Scratch folder of each running build; emptied at start. */
  readonly builds: string;
  /** Package caches, one folder an app. */
  readonly cache: string;
  readonly logs: string;
  readonly volumes: string;
  /** What only means something while instances run: raw output files, shims. */
  readonly run: string;
}

export interface DataDir {
  readonly paths: DataPaths;
  /** Gives the lock back. */
  close(): void;
}

/**
 * Creates what is missing of the layout (folders 0700), proves that it can be written, takes the lock and empties
 * `builds/`. Throws `WindlassError`: `conflict` where a live server holds the folder, `unavailable` on a full disk,
 * `forbidden` where the permissions do not allow it.
 */
export function openDataDir(root: string): DataDir {
  const paths = dataPaths(resolve(root));
  try {
    for (const folder of folders(paths)) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    chmodSync(paths.root, 0o700);
  } catch (error) {
    throw explainDiskError(error, `cannot make the data folder ${paths.root}`);
  }
  proveWritable(paths.root);
  const lock = lockDataDir(paths.lock, paths.root);
  try {
    for (const leftover of readdirSync(paths.builds)) {
      rmSync(join(paths.builds, leftover), { recursive: true, force: true });
    }
  } catch (error) {
    lock.release();
    throw explainDiskError(error, `cannot empty ${paths.builds}`);
  }
  return { paths, close: () => lock.release() };
}

/** Where everything is under an absolute `root`. */
function dataPaths(root: string): DataPaths {
  return {
    root,
    controlDb: join(root, 'control.db'),
    masterKey: join(root, 'master.key'),
    lock: join(root, 'lock'),
    telemetry: join(root, 'telemetry'),
    analytics: join(root, 'analytics'),
    uptime: join(root, 'uptime'),
    errors: join(root, 'errors'),
    replays: join(root, 'replays'),
    uploads: join(root, 'uploads'),
    artefacts: join(root, 'artefacts'),
    builds: join(root, 'builds'),
    cache: join(root, 'cache'),
    logs: join(root, 'logs'),
    volumes: join(root, 'volumes'),
    run: join(root, 'run'),
  };
}

function folders(paths: DataPaths): string[] {
  return [
    paths.root,
    paths.telemetry,
    paths.uptime,
    paths.analytics,
    paths.uploads,
    paths.artefacts,
    paths.builds,
    paths.cache,
    paths.logs,
    paths.volumes,
    paths.run,
  ];
}
