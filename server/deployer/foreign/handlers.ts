/** Containers of others: shown, described as Compose files, and made into apps. */

import { Readable } from 'node:stream';
import { WindlassError } from '../../../shared/errors.ts';
import type { Handlers } from '../../kernel/feature.ts';
import type { Store } from '../../kernel/store.ts';
import type { AppStore } from '../app-store.ts';
import { type DockerClient, statusOf } from '../engine/docker.ts';
import type { Engine } from '../engine/engine.ts';
import { dataLabel } from '../engine/labels.ts';
import type { Orders } from '../orders.ts';
import { openTarWriter } from '../sources/tar.ts';
import type { UploadStore } from '../sources/upload-store.ts';
import type { VariableStore } from '../variable-store.ts';
import { copyVolumes } from './copy-volumes.ts';
import { type Described, describeContainer } from './describe-container.ts';

export function foreignHandlers(parts: {
  engine: Engine;
  store: Store;
  apps: AppStore;
  variables: VariableStore;
  uploads: UploadStore;
  orders: Orders;
}): Handlers {
  const { engine, store, apps, variables, uploads, orders } = parts;

  return {
    async 'containers.list'() {
      const found = await (await engine.client()).listContainers({ all: true });
      return {
        containers: found
          .filter(({ Labels }) => Labels[dataLabel] === undefined)
          .map(({ Id, Names, Image, State, Ports }) => ({
            id: Id.slice(0, 12),
            name: (Names[0] ?? Id).replace(/^\//, ''),
            image: Image,
            state: State,
            ports: [...new Set(Ports.map(({ PrivatePort }) => PrivatePort))],
          })),
      };
    },
    async 'containers.describe'({ container }) {
      const { described } = await look(await engine.client(), container);
      return { ...described, variables: Object.keys(described.variables) };
    },
    async 'containers.import'({ container, app, environment, volumes }, { signal }) {
      const docker = await engine.client();
      if (apps.apps().some(({ name }) => name === app)) {
        throw new WindlassError('conflict', `there is an app called ${app} already`, {
          hint: 'Import it under another name with --as.',
        });
      }
      const { id, image, running, described } = await look(docker, container);
      const warnings = [...described.warnings];
      if (described.volumes.length > 0 && !volumes) {
        warnings.push('what is in its volumes was not copied; --with-volumes does');
      }
      if (volumes) {
        if (running)
          warnings.push('it ran while its volumes were copied: what it wrote meanwhile may be missing');
        await copyVolumes({
          docker,
          owner: engine.owner,
          app,
          environment,
          from: id,
          image,
          volumes: described.volumes,
        });
      }
      const { upload } = await uploads.receive(await archiveOf(described.compose), signal);
      const deployment = store.transaction(() => {
        const row = orders.ensureEnvironment(app, environment);
        variables.write(row.id, described.variables, []);
        return orders.deploy(app, environment, { kind: 'upload', upload, from: `container ${container}` });
      });
      return { deployment, variables: Object.keys(described.variables), warnings };
    },
  };
}

interface Looked {
  id: string;
  /** Id of its image. */
  image: string;
  running: boolean;
  described: Described;
}

async function look(docker: DockerClient, name: string): Promise<Looked> {
  try {
    const container = await docker.getContainer(name).inspect();
    if (container.Config.Labels[dataLabel] !== undefined) {
      throw new WindlassError('conflict', `the container ${name} belongs to a Windlass already`);
    }
    const image = await docker.getImage(container.Image).inspect();
    const named = await docker
      .getImage(container.Config.Image)
      .inspect()
      .catch(() => null);
    const reference = named?.Id === container.Image ? container.Config.Image : container.Image;
    return {
      id: container.Id,
      image: container.Image,
      running: container.State.Running,
      described: describeContainer(container, image, reference),
    };
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    throw new WindlassError('not-found', `there is no container ${name}, or its image is gone`, {
      hint: '`docker ps --all` lists them.',
      cause: error,
    });
  }
}

async function archiveOf(compose: string): Promise<ReadableStream<Uint8Array>> {
  const tar = await openTarWriter();
  const text = Buffer.from(compose);
  const entry = tar.entry(
    { name: 'compose.yaml', type: 'file', size: text.length, mode: 0o644, mtime: new Date(0) },
    () => tar.finalize(),
  );
  entry.end(text);
  return Readable.toWeb(Readable.from(tar)) as unknown as ReadableStream<Uint8Array>;
}
