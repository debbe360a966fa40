/** An app as one file: what it says about itself, the files of its live release and, if asked for, its volumes. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { WindlassError } from '../../../shared/errors.ts';
import type { EnvironmentRow } from '../app-store.ts';
import type { ReleaseRow } from '../release-store.ts';
import { addTree } from '../sources/pack-tree.ts';
import { openTarWriter, type TarWriter } from '../sources/tar.ts';
import type { Variables } from '../variable-store.ts';
import { type Manifest, manifestName, releaseFolder, volumesFolder } from './manifest.ts';
import { sealVariables } from './sealed-variables.ts';

export interface ExportRequest {
  environment: EnvironmentRow;
  release: ReleaseRow;
  /** The folder of the release's files. */
  artefact: string;
  variables: Variables;
  /** Null where values stay here. */
  passphrase: string | null;
  /** The folder of the environment's volumes; null where they stay here. */
  volumes: string | null;
  signal: AbortSignal;
  /** Resolves when more may follow. */
  write(chunk: Uint8Array): Promise<void>;
}

const everything = { leavesOut: () => false, mayBringBack: false };

/** Resolves when all of it was written. Throws `invalid` for a release that is an image. */
export async function exportApp(request: ExportRequest): Promise<Manifest> {
  const manifest = await describe(request);
  const tar = await openTarWriter();
  const filling = fill(tar, manifest, request).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  filling.catch(() => undefined);
  const write = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) await request.write(chunk);
  };
  try {
    await pipeline(tar, createGzip({ level: 4 }), write, { signal: request.signal });
    await filling;
  } catch (error) {
    if (request.signal.aborted) throw new WindlassError('cancelled', 'the export was stopped');
    if (error instanceof WindlassError) throw error;
    throw new WindlassError('failed', 'a file changed while it was exported', {
      hint: 'Stop the app, or whatever writes to its volumes, and export again.',
      cause: error,
    });
  }
  return manifest;
}

async function describe(request: ExportRequest): Promise<Manifest> {
  const { environment, release, variables, passphrase } = request;
  const { number, preset, runtime, launch, config } = release;
  if ((runtime !== 'native' && runtime !== 'static') || launch.kind === 'container') {
    throw new WindlassError('invalid', `release ${number} of ${environment.app} is an image`, {
      hint: 'Only releases that are folders can be exported; deploy its source on the other server.',
    });
  }
  const names = request.volumes === null ? [] : await readdir(request.volumes).catch((): string[] => []);
  return {
    format: 1,
    app: environment.app,
    release: {
      number,
      preset,
      runtime,
      launch: launch.kind === 'static' ? launch : { ...launch, writable: launch.writable ?? [] },
      config,
      from: release.madeFrom,
    },
    variables: Object.keys(variables),
    sealed: passphrase === null ? null : await sealVariables(variables, passphrase),
    volumes: names.sort(),
  };
}

async function fill(tar: TarWriter, manifest: Manifest, request: ExportRequest): Promise<void> {
  // The entry for the root says that the paths are meant as they are.
  await put(tar, { name: './', type: 'directory', mode: 0o755 });
  const text = Buffer.from(JSON.stringify(manifest, null, 2));
  await put(tar, { name: manifestName, type: 'file', size: text.length, mode: 0o644 }, text);
  await put(tar, { name: `${releaseFolder}/`, type: 'directory', mode: 0o755 });
  await addTree(tar, request.artefact, releaseFolder, everything);
  for (const name of manifest.volumes) {
    await put(tar, { name: `${volumesFolder}/${name}/`, type: 'directory', mode: 0o755 });
    await addTree(tar, join(request.volumes ?? '', name), `${volumesFolder}/${name}`, everything);
  }
  tar.finalize();
}

function put(
  tar: TarWriter,
  header: Omit<Parameters<TarWriter['entry']>[0], 'mtime'>,
  body?: Buffer,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const entry = tar.entry({ ...header, mtime: new Date(0) }, (error) =>
      error ? reject(error) : resolve(),
    );
    if (body !== undefined) entry.end(body);
  });
}
