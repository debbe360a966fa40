/** Our images in the engine: held by tags of our own, so that nobody's tidying takes them, and let go by the same. */

import type { Readable } from 'node:stream';
import { WindlassError } from '../../../shared/errors.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type RegistryLogin, registryOf } from './credentials.ts';
import { statusOf, wordsOf } from './docker.ts';
import type { Engine } from './engine.ts';
import { buildImage, type ImageBuild } from './image-build.ts';
import { appLabel, dataLabel, ours } from './labels.ts';
import { createProgressReader } from './progress-lines.ts';
import { registryFailure } from './registry-words.ts';

export interface HeldImage {
  /** `sha256:<hex>`. */
  id: string;
  /** What it adds to the disk: without the base image for one that was built here, all of it for others. */
  bytes: number;
}

export interface Images {
  build(app: string, build: Omit<ImageBuild, 'labels'>): Promise<HeldImage>;
  /** The tag that holds an image, for a FROM line. */
  nameOf(app: string, id: string): string;
  /** The local image of this name, else what the registry has. */
  obtain(app: string, reference: string, login: RegistryLogin | null, watch: Watch): Promise<HeldImage>;
  /** The image in a tar as `docker save` writes it, without a name in it. */
  load(app: string, archive: Readable, watch: Watch): Promise<HeldImage>;
  /** Holds an image that lost our name; false where there is no such image any more. */
  holdAgain(app: string, id: string): Promise<boolean>;
  /** Lets go of an image; it is deleted where nobody else holds it. Quiet while the engine is away. */
  remove(id: string): Promise<void>;
  /** What we hold. Empty while the engine is away. */
  list(): Promise<{ digest: string; bytes: number }[]>;
  /** Removes what builds left over and nobody reused for days. */
  dropLeftovers(): Promise<void>;
}

export interface Watch {
  onLine(text: string): void;
  signal: AbortSignal;
}

/** Leftovers are also the cache of the next build. */
const leftoverAge = '72h';

/** Between being built and being part of a release an image belongs to nobody; it must not be taken for garbage. */
const unownedMs = 2000;

export function createImages(engine: Engine, clock: Clock): Images {
  const prefix = `${engine.owner}/`;

  const heldAt = new Map<string, number>();
  const isFresh = (id: string) => clock.monotonic() - (heldAt.get(id) ?? -unownedMs) < unownedMs;

  const hold = async (app: string, id: string): Promise<HeldImage> => {
    const image = (await engine.client()).getImage(id);
    const { Id, Size } = await image.inspect();
    heldAt.set(Id, clock.monotonic());
    for (const id of heldAt.keys()) if (!isFresh(id)) heldAt.delete(id);
    await image.tag({ repo: `${prefix}${app}`, tag: tagOf(Id) });
    return { id: Id, bytes: Size };
  };
  const localId = async (reference: string): Promise<string | null> => {
    try {
      return (await (await engine.client()).getImage(reference).inspect()).Id;
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  };
  /** The name goes again where we brought it: our own tag is enough. */
  const untag = async (reference: string) => {
    await (await engine.client())
      .getImage(reference)
      .remove({ noprune: true })
      .catch(() => undefined);
  };
  const read = async (stream: NodeJS.ReadableStream, { onLine, signal }: Watch) => {
    const progress = createProgressReader(onLine);
    const stop = () => (stream as Readable).destroy();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) progress.push(chunk);
      progress.finish();
    } finally {
      signal.removeEventListener('abort', stop);
    }
    signal.throwIfAborted();
    return progress.failure;
  };

  return {
    nameOf: (app, id) => `${prefix}${app}:${tagOf(id)}`,
    async build(app, build) {
      const labels = { [dataLabel]: engine.owner, [appLabel]: app };
      const docker = await engine.client();
      const { id } = await hold(app, await buildImage(engine, docker, { ...build, labels }));
      return { id, bytes: ownBytes((await docker.getImage(id).history()) as Layer[]) };
    },
    async obtain(app, reference, login, watch) {
      const there = await localId(reference);
      if (there !== null) {
        watch.onLine(`found the image ${reference} on this server`);
        return hold(app, there);
      }
      const docker = await engine.client();
      try {
        const failure = await read(
          await docker.pull(full(reference), login === null ? {} : { authconfig: login }),
          watch,
        );
        if (failure !== null) throw new Error(failure.message);
      } catch (error) {
        watch.signal.throwIfAborted();
        throw registryFailure({
          what: `the image ${reference}`,
          registry: registryOf(reference),
          login,
          words: wordsOf(error),
          cause: error,
        });
      }
      const pulled = await localId(full(reference));
      if (pulled === null) throw new WindlassError('failed', `the image ${reference} was pulled and is gone`);
      const held = await hold(app, pulled);
      await untag(full(reference));
      return held;
    },
    async load(app, archive, watch) {
      let loaded: string | null = null;
      const failure = await read(await (await engine.client()).loadImage(archive), {
        ...watch,
        onLine(text) {
          loaded = /^Loaded image(?: ID)?: (.+)$/.exec(text)?.[1] ?? loaded;
          watch.onLine(text);
        },
      });
      const id = loaded === null ? null : await localId(loaded);
      if (failure !== null || id === null) {
        throw new WindlassError(
          'invalid',
          `the image archive could not be loaded: ${failure?.message ?? 'no image in it'}`,
          {
            hint: 'Make it with `docker save IMAGE`.',
          },
        );
      }
      return hold(app, id);
    },
    async holdAgain(app, id) {
      const image = (await engine.client()).getImage(id);
      try {
        const { RepoTags } = await image.inspect();
        if (!(RepoTags ?? []).some((name) => name.startsWith(prefix))) await hold(app, id);
        return true;
      } catch (error) {
        if (statusOf(error) === 404) return false;
        throw error;
      }
    },
    async remove(id) {
      if (engine.state.kind !== 'connected') return;
      const docker = await engine.client();
      for (const { Id, RepoTags } of await docker.listImages()) {
        if (Id !== id) continue;
        for (const tag of (RepoTags ?? []).filter((name) => name.startsWith(prefix))) {
          await docker
            .getImage(tag)
            .remove()
            .catch((error: unknown) => {
              if (!isLeft(error)) throw error;
            });
        }
      }
    },
    async list() {
      if (engine.state.kind !== 'connected') return [];
      const images = await (await engine.client()).listImages();
      return images
        .filter(({ Id }) => !isFresh(Id))
        .filter(({ RepoTags }) => (RepoTags ?? []).some((name) => name.startsWith(prefix)))
        .map(({ Id, Size }) => ({ digest: Id, bytes: Size }));
    },
    async dropLeftovers() {
      if (engine.state.kind !== 'connected') return;
      const docker = await engine.client();
      // Every stage of a build carries the label, so these are told from the leftovers of others.
      await docker.pruneImages({
        filters: { dangling: ['true'], until: [leftoverAge], ...ours(engine.owner) },
      });
    },
  };
}

/** Gone already, or needed by a container of somebody (409). Two removals that meet get a 500 from the engine. */
const isLeft = (error: unknown): boolean =>
  statusOf(error) === 404 || statusOf(error) === 409 || /unrecognized image ID/.test(wordsOf(error));

const tagOf = (id: string): string => id.replace('sha256:', '').slice(0, 12);

interface Layer {
  CreatedBy: string;
  Size: number;
}

/** The layers of the last stage, newest first: what lies above the label that is set right after its FROM. */
function ownBytes(layers: readonly Layer[]): number {
  const first = layers.findLastIndex(({ CreatedBy }) => CreatedBy.includes(`LABEL ${dataLabel}=`));
  return layers.slice(0, first + 1).reduce((sum, { Size }) => sum + Size, 0);
}

/** With a tag: without one the engine would pull every tag there is. */
function full(reference: string): string {
  const last = reference.slice(reference.lastIndexOf('/') + 1);
  return last.includes(':') || last.includes('@') ? reference : `${reference}:latest`;
}
