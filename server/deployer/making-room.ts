/** How sources become releases, all parts joined: uploads, fetching, the queue of builds, the disk's floor. */

import { statfs } from 'node:fs/promises';
import type { Kernel } from '../kernel/kernel.ts';
import { type BuildQueue, createBuildQueue } from './builders/build-queue.ts';
import type { Builder } from './builders/builder.ts';
import { createReleaseMaker, type ReleaseMaker } from './make-release.ts';
import type { Progress } from './progress.ts';
import { createSourceFetcher } from './sources/source-fetcher.ts';
import { createUploadStore, type UploadStore } from './sources/upload-store.ts';
import type { Stores } from './stores.ts';

const gigabyte = 1024 ** 3;
const largestUpload = 4 * gigabyte;
export const largestSource = 16 * gigabyte;
/** Bytes that must stay free on the disk for everything else. */
const freeFloor = 256 * 1024 ** 2;
const gitTimeoutMs = 10 * 60_000;

export interface Disk {
  freeBytes(): Promise<number>;
  readonly freeFloor: number;
}

export interface MakingRoom {
  readonly uploads: UploadStore;
  readonly builds: BuildQueue;
  readonly disk: Disk;
  maker(progress: Progress): ReleaseMaker;
}

export function createMakingRoom(
  { clock, paths }: Pick<Kernel, 'clock' | 'paths'>,
  stores: Stores,
  builder: Builder,
  env: Readonly<Record<string, string | undefined>>,
): MakingRoom {
  const uploads = createUploadStore({
    folder: paths.uploads,
    maxBytes: largestUpload,
    freeFloor,
    now: clock.now,
  });
  const disk: Disk = {
    freeFloor,
    async freeBytes() {
      const { bavail, bsize } = await statfs(paths.builds);
      return bavail * bsize;
    },
  };
  const builds = createBuildQueue();
  return {
    uploads,
    builds,
    disk,
    maker: (progress) =>
      createReleaseMaker({
        clock,
        buildsFolder: paths.builds,
        ...disk,
        ...stores,
        progress,
        fetcher: createSourceFetcher({
          uploads,
          git: {
            program: Bun.which('git'),
            machineEnv: env,
            timeoutMs: gitTimeoutMs,
            allowFile: env.WINDLASS_GIT_ALLOW_FILE === '1',
          },
          maxBytes: largestSource,
        }),
        builder,
        builds,
      }),
  };
}
