/** An app as one file: what it says about itself, its live release and, if asked for, its volumes. */

import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { WindlassError } from '../../../shared/errors.ts';
import type { EnvironmentRow } from '../app-store.ts';
import type { ReleaseRow } from '../release-store.ts';
import type { LaunchPlan } from '../runtimes/runtime.ts';
import { openTarWriter, type TarWriter } from '../sources/tar.ts';
import type { Variables } from '../variable-store.ts';
import type { ExportContents } from './export-contents.ts';
import { type Manifest, manifestName } from './manifest.ts';
import { putEntry } from './put-entry.ts';
import { sealVariables } from './sealed-variables.ts';

export interface ExportRequest {
  environment: EnvironmentRow;
  release: ReleaseRow;
  contents: ExportContents;
  variables: Variables;
  /** Null where values stay here. */
  passphrase: string | null;
  signal: AbortSignal;
  /** Resolves when more may follow. */
  write(chunk: Uint8Array): Promise<void>;
}

/** Resolves when all of it was written. */
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
  const { environment, release, variables, passphrase, contents } = request;
  const { number, preset, runtime, launch, config } = release;
  if (runtime === 'swarm') throw new WindlassError('invalid', 'services of a swarm cannot be exported');
  return {
    format: 1,
    app: environment.app,
    release: { number, preset, runtime, launch: exportedLaunch(launch), config, from: release.madeFrom },
    variables: Object.keys(variables),
    sealed: passphrase === null ? null : await sealVariables(variables, passphrase),
    volumes: [...contents.volumes],
  };
}

function exportedLaunch(launch: LaunchPlan): Manifest['release']['launch'] {
  switch (launch.kind) {
    case 'static':
      return launch;
    case 'process':
      return { ...launch, writable: launch.writable ?? [] };
    case 'container':
      return { kind: 'container', port: launch.port, argv: launch.argv ?? null };
  }
}

async function fill(tar: TarWriter, manifest: Manifest, { contents }: ExportRequest): Promise<void> {
  // The entry for the root says that the paths are meant as they are.
  await putEntry(tar, { name: './', type: 'directory', mode: 0o755 });
  const text = Buffer.from(JSON.stringify(manifest, null, 2));
  await putEntry(tar, { name: manifestName, type: 'file', size: text.length, mode: 0o644 }, text);
  await contents.addTo(tar);
  tar.finalize();
}
