/** The methods that move an app as one file. */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import type { Handlers } from '../../kernel/feature.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { AppStore } from '../app-store.ts';
import type { ArtefactStore } from '../artefacts.ts';
import { liveRelease } from '../commands/live-release.ts';
import type { Orders } from '../orders.ts';
import type { ReleaseStore } from '../release-store.ts';
import type { UploadStore } from '../sources/upload-store.ts';
import type { VariableStore } from '../variable-store.ts';
import { exportApp } from './export-app.ts';
import { type Unpacked, unpackExport } from './import-app.ts';

export interface TransferParts {
  apps: AppStore;
  releases: ReleaseStore;
  variables: VariableStore;
  artefacts: ArtefactStore;
  uploads: UploadStore;
  orders: Orders;
  /** Most bytes an export may unpack to. */
  maxBytes: number;
}

export function transferHandlers({ clock, store, paths }: Kernel, parts: TransferParts): Handlers {
  const { apps, releases, variables, artefacts, uploads, orders } = parts;

  const refuseTaken = (name: string) => {
    if (!apps.apps().some((app) => app.name === name)) return;
    throw new WindlassError('conflict', `there is an app called ${name} already`, {
      hint: 'Import it under another name with --as, or remove that one first.',
    });
  };

  /** The app with the release as it was; what goes live is one of the same files, with the variables it has here. */
  const register = (name: string, environment: string, { manifest, artefact, variables: values }: Unpacked) =>
    store.transaction(() => {
      refuseTaken(name);
      const row = orders.ensureEnvironment(name, environment);
      variables.write(row.id, values, []);
      const number = apps.takeReleaseNumber(row.appId);
      const { preset, runtime, launch, config, from } = manifest.release;
      releases.add({
        appId: row.appId,
        number,
        environmentId: row.id,
        artefact: artefact.digest,
        bytes: artefact.bytes,
        runtime,
        preset,
        launch,
        config,
        variables: variables.freeze(values, row.appId),
        given: null,
        madeFrom: `${from}, imported from ${manifest.app} ${manifest.release.number}`,
        createdAt: clock.now(),
      });
      return orders.deploy(name, environment, { kind: 'release', release: number });
    });

  return {
    async 'apps.export'({ app, environment: name, passphrase, volumes }, { emit, drained, signal }) {
      const environment = apps.environment(app, name);
      const release = liveRelease(environment, releases);
      const manifest = await exportApp({
        environment,
        release,
        artefact: artefacts.path(release.artefact),
        variables: variables.read(environment.id),
        passphrase: passphrase ?? null,
        volumes: volumes ? join(paths.volumes, app, name) : null,
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
          artefacts,
          signal,
        });
        const { manifest } = unpacked;
        const name = app ?? manifest.app;
        refuseTaken(name);
        await unpacked.placeVolumes(join(paths.volumes, name, environment));
        const deployment = register(name, environment, unpacked);
        const missing = manifest.variables.filter((each) => !(each in unpacked.variables));
        await uploads.remove(upload);
        return { deployment, missing, volumes: manifest.volumes };
      } finally {
        await rm(into, { recursive: true, force: true });
      }
    },
  };
}
