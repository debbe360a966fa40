/** Built folders by their content: unchangeable, complete or not there, stored once however often they are built. */

import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { writeManifest } from './artefact-manifest.ts';
import { removeSealed, sealFolder, tidyLinks } from './artefact-seal.ts';
import { shareFiles } from './artefact-share.ts';

export interface KeptArtefact {
  /** SHA-256 (hex) over paths, executable bits, contents and link targets. */
  digest: string;
  /** Sum of the files' sizes. */
  bytes: number;
  files: number;
  /** The same artefact was there already. */
  reused: boolean;
  /** Links that led outside, which were left out. */
  leftOut: string[];
}

export interface KeepOptions {
  /** Folders inside that stay writable and are not part of the digest. */
  writable: readonly string[];
  /** Digest of an artefact it may share files with, e.g. the app's last one. */
  like: string | null;
}

export interface ArtefactStore {
  /** Moves `folder` (on the same file system) into the store; it is gone afterwards, also on failure. */
  keep(folder: string, options: KeepOptions): Promise<KeptArtefact>;
  /** The folder of an artefact, there or not. */
  path(digest: string): string;
  has(digest: string): Promise<boolean>;
  remove(digest: string): Promise<void>;
  list(): Promise<{ digest: string; bytes: number }[]>;
  /** Removes what an interrupted `keep` or `remove` left; call it before the first of them. */
  clean(): Promise<void>;
}

const digestPattern = /^[0-9a-f]{64}$/;
const sidecar = z.object({ bytes: z.number(), files: z.number() });

/** `folder` exists or is made. */
export async function openArtefactStore(folder: string): Promise<ArtefactStore> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const path = (digest: string): string => join(folder, digest);
  const manifestOf = (digest: string): string => join(folder, `${digest}.manifest`);
  const sidecarOf = (digest: string): string => join(folder, `${digest}.json`);
  const has = async (digest: string): Promise<boolean> =>
    digestPattern.test(digest) && (await stat(path(digest)).catch(() => null)) !== null;

  const remove = async (digest: string): Promise<void> => {
    if (!(await has(digest))) return;
    const dying = join(folder, `.removed-${crypto.randomUUID()}`);
    await rename(path(digest), dying);
    await rm(sidecarOf(digest), { force: true });
    await rm(manifestOf(digest), { force: true });
    await removeSealed(dying);
  };

  const clean = async (): Promise<void> => {
    for (const name of await readdir(folder)) {
      const orphan = /^([0-9a-f]{64})\.(json|manifest)$/.exec(name);
      const isOrphan = orphan !== null && !(await has(orphan[1] ?? ''));
      if (isOrphan || /^\.(incoming|removed)-/.test(name)) await removeSealed(join(folder, name));
    }
  };

  const keep = async (built: string, { writable, like }: KeepOptions): Promise<KeptArtefact> => {
    const incoming = join(folder, `.incoming-${crypto.randomUUID()}`);
    const manifest = `${incoming}.manifest`;
    try {
      const leftOut = await tidyLinks(built);
      const { digest, files, bytes } = await writeManifest(built, new Set(writable), manifest);
      if (await has(digest)) return { digest, files, bytes, reused: true, leftOut };
      if (like !== null && (await has(like)) && (await Bun.file(manifestOf(like)).exists())) {
        await shareFiles({ folder: built, manifest }, { folder: path(like), manifest: manifestOf(like) });
      }
      await rename(built, incoming);
      await sealFolder(incoming, writable);
      await Bun.write(sidecarOf(digest), JSON.stringify({ bytes, files }));
      await rename(manifest, manifestOf(digest));
      await flushToDisk(folder);
      await rename(incoming, path(digest));
      await syncFolder(folder);
      return { digest, files, bytes, reused: false, leftOut };
    } finally {
      await rm(manifest, { force: true });
      await removeSealed(incoming);
      await removeSealed(built);
    }
  };

  const list = async (): Promise<{ digest: string; bytes: number }[]> => {
    const digests = (await readdir(folder)).filter((name) => digestPattern.test(name)).sort();
    return Promise.all(
      digests.map(async (digest) => {
        const parsed = z.safeParse(
          sidecar,
          await Bun.file(sidecarOf(digest))
            .json()
            .catch(() => null),
        );
        return { digest, bytes: parsed.success ? parsed.data.bytes : 0 };
      }),
    );
  };

  return { keep, path, has, remove, list, clean };
}

/** Contents before the name: after a power cut a release is whole or not there. One syncfs is far cheaper than an fsync a file. */
async function flushToDisk(folder: string): Promise<void> {
  const program = Bun.which('sync');
  if (program === null) return;
  const child = Bun.spawn([program, '-f', folder], { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' });
  await child.exited;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
