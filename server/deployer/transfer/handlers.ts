/** The methods that move an app as one file. */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import type { Handlers } from '../../kernel/feature.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { AppStore, EnvironmentRow } from '../app-store.ts';
import type { ArtefactStore } from '../artefacts.ts';
import { liveRelease } from '../commands/live-release.ts';
import type { Containers } from '../containers.ts';
import type { Disk } from '../making-room.ts';
import type { Orders } from '../orders.ts';
import type { ReleaseRow, ReleaseStore } from '../release-store.ts';
import type { LaunchPlan } from '../runtimes/runtime.ts';
import type { UploadStore } from '../sources/upload-store.ts';
import type { VariableStore } from '../variable-store.ts';
import { containerContents } from './container-contents.ts';
import { exportApp } from './export-app.ts';
import { type ExportContents, folderContents } from './export-contents.ts';
import { placeFolder, type Unpacked, unpackExport } from './import-app.ts';
import type { Manifest } from './manifest.ts';
import { placeContainer, requireEngine } from './place-container.ts';

export interface TransferParts {
  apps: AppStore;
  releases: ReleaseStore;
  variables: VariableStore;
  artefacts: ArtefactStore;
  uploads: UploadStore;
  orders: Orders;
  containers: Pick<Containers, 'engine' | 'images'>;
  disk: Disk;
  /** Most bytes an export may unpack to. */
  maxBytes: number;
}

/** What a release says of where it is now. */
type Placed = Pick<ReleaseRow, 'artefact' | 'bytes' | 'launch'>;

export function transferHandlers({ clock, store, paths }: Kernel, parts: TransferParts): Handlers {
  const { apps, releases, variables, artefacts, uploads, orders, containers, disk } = parts;

  const refuseTaken = (name: string) => {
    if (!apps.apps().some((app) => app.name === name)) return;
    throw new WindlassError('conflict', `there is an app called ${name} already`, {
      hint: 'Import it under another name with --as, or remove that one first.',
    });
  };

  /** The app with the release as it was; what goes live is one of the same files, with the variables it has here. */
  const register = (name: string, environment: string, unpacked: Unpacked, placed: Placed) =>
    store.transaction(() => {
      refuseTaken(name);
      const { manifest, variables: values } = unpacked;
      const row = orders.ensureEnvironment(name, environment);
      variables.write(row.id, values, []);
      const number = apps.takeReleaseNumber(row.appId);
      const { preset, runtime, config, from } = manifest.release;
      releases.add({
        appId: row.appId,
        number,
        environmentId: row.id,
        ...placed,
        runtime,
        preset,
        config,
        variables: variables.freeze(values, row.appId),
        given: null,
        madeFrom: `${from}, imported from ${manifest.app} ${manifest.release.number}`,
        createdAt: clock.now(),
      });
      return orders.deploy(name, environment, { kind: 'release', release: number });
    });

  const contentsOf = async (
    { app, name }: EnvironmentRow,
    { number, artefact, launch, config }: ReleaseRow,
    alsoVolumes: boolean,
    signal: AbortSignal,
  ): Promise<ExportContents> => {
    if (launch.kind !== 'container') {
      return folderContents(artefacts.path(artefact), alsoVolumes ? join(paths.volumes, app, name) : null);
    }
    if (launch.surroundings !== undefined || launch.composition !== undefined) {
      throw new WindlassError('invalid', `release ${number} of ${app} is of a Compose file`, {
        hint: 'Apps of several containers cannot be exported; deploy the Compose file on the other server.',
      });
    }
    const { engine } = containers;
    return containerContents({
      docker: await engine.client(),
      owner: engine.owner,
      app,
      environment: name,
      image: launch.image,
      volumes: alsoVolumes ? (config.volumes ?? []).map((volume) => volume.name) : [],
      scratch: join(paths.builds, `export-${crypto.randomUUID()}`),
      disk,
      maxBytes: parts.maxBytes,
      signal,
    });
  };

  const place = async (
    manifest: Manifest,
    folder: string,
    app: string,
    environment: string,
    signal: AbortSignal,
  ): Promise<Placed> => {
    const { launch } = manifest.release;
    if (launch.kind !== 'container') {
      const volumes = join(paths.volumes, app, environment);
      const { digest, bytes } = await placeFolder(manifest, folder, artefacts, volumes);
      return { artefact: digest, bytes, launch };
    }
    requireEngine(containers.engine, app);
    const { volumes } = manifest;
    const { id, bytes } = await placeContainer({ ...containers, folder, app, environment, volumes, signal });
    const { port, argv } = launch;
    const plan: LaunchPlan = { kind: 'container', image: id, port, ...(argv === null ? {} : { argv }) };
    return { artefact: id, bytes, launch: plan };
  };

  return {
    async 'apps.export'({ app, environment: name, passphrase, volumes }, { emit, drained, signal }) {
      const environment = apps.environment(app, name);
      const release = liveRelease(environment, releases);
      const manifest = await exportApp({
        environment,
        release,
        contents: await contentsOf(environment, release, volumes, signal),
        variables: variables.read(environment.id),
        passphrase: passphrase ?? null,
        signal,
        async write(chunk) {
          emit({ base64: Buffer.from(chunk).toString('base64') });
          await drained?.();
        },
      });
      return {
        release: release.number,
        variables: manifest.variables.length,
        volumes: manifest.volumes,
      };
    },

    async 'apps.import'({ upload, app, environment, passphrase }, { signal }) {
      const into = join(paths.builds, `import-${crypto.randomUUID()}`);
      await mkdir(into, { recursive: true, mode: 0o700 });
      try {
        const archive = await uploads.path(upload);
        const unpacked = await unpackExport({
          archive,
          into,
          maxBytes: parts.maxBytes,
          passphrase: passphrase ?? null,
          signal,
        });
        const { manifest } = unpacked;
        const name = app ?? manifest.app;
        refuseTaken(name);
        const placed = await place(manifest, into, name, environment, signal);
        const deployment = register(name, environment, unpacked, placed);
        const missing = manifest.variables.filter((each) => !(each in unpacked.variables));
        await uploads.remove(upload);
        return { deployment, missing, volumes: manifest.volumes };
      } finally {
        await rm(into, { recursive: true, force: true });
      }
    },
  };
}
