/** Chooses, for each build, between the machine itself and an image. */

import { WindlassError } from '../../../shared/errors.ts';
import type { Builder, BuildRequest } from './builder.ts';
import { isImageArchive } from './image-archive.ts';
import { needsImage } from './image-presets.ts';
import { choosePreset } from './registry.ts';
import { readSourceTree } from './source-tree.ts';

/** What `serve --runtime` says. */
export type RuntimeWish = 'auto' | 'native' | 'docker';

export interface BuilderChoice {
  wish: RuntimeWish;
  native: Builder;
  image: Builder;
  /** Null where containers can run now, else why not. */
  noContainers(): Promise<string | null>;
  /** Whether there was an engine that does not answer now. */
  isEngineLost(): boolean;
}

/**
 * `auto`: images for what needs one (a Dockerfile, a language other than JavaScript) and where windlass.json says so,
 * everything else on the machine. Pages without a process are never put in a container: the proxy serves them itself.
 */
export function createChoosingBuilder(choice: BuilderChoice): Builder {
  const { wish, native, image, noContainers } = choice;
  return {
    async build(request) {
      const how = await wanted(request, wish);
      if (how === 'native') return native.build(request);
      const why = wish === 'native' ? 'this server runs apps natively only' : await noContainers();
      if (why === null) return image.build(request);
      // The presets' own words say what to do without an engine.
      if (how === 'image-preset' && !choice.isEngineLost()) return native.build(request);
      throw new WindlassError('unavailable', `this needs a container, and ${why}`, {
        hint: choice.isEngineLost()
          ? 'Start Docker on the server; Windlass finds it by itself. Then deploy again.'
          : 'Install Docker on the server; Windlass finds it by itself.',
      });
    },
  };
}

async function wanted(
  request: BuildRequest,
  wish: RuntimeWish,
): Promise<'native' | 'image' | 'image-preset'> {
  if (request.image !== undefined) return 'image';
  const tree = await readSourceTree(request.folder);
  if (await isImageArchive(tree)) return 'image';
  const { preset } = await choosePreset(tree, request.config);
  if (needsImage(preset.name)) return 'image-preset';
  const asked =
    request.config.runtime === 'docker' || (wish === 'docker' && request.config.runtime === undefined);
  if (!asked) return 'native';
  return preset.plan(tree, request.config).launch.kind === 'process' ? 'image' : 'native';
}
