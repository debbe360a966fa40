/** Builds images: by the person's Dockerfile, by a preset's, from a registry, or out of an archive. */

import type { PresetName } from '../../../shared/deployer/app-config.ts';
import type { HeldImage } from '../engine/images.ts';
import { packTree } from '../sources/pack-tree.ts';
import type { Builder, BuildRequest, BuildResult, SourceTree } from './builder.ts';
import { isImageArchive, withoutNames } from './image-archive.ts';
import { budgeted } from './line-budget.ts';
import { choosePreset } from './registry.ts';
import { readSourceTree } from './source-tree.ts';
import { type ImageBuilderOptions, imageOfTree } from './tree-image.ts';

export function createImageBuilder(options: ImageBuilderOptions): Builder {
  return {
    async build(request) {
      const onLine = budgeted(request.onLine);
      const watch = { onLine, signal: request.signal };
      const { app, image } = request;
      if (image !== undefined) {
        const login = await options.logins.find(app, image);
        return released(
          request,
          'dockerfile',
          [`image ${image}`],
          await options.images.obtain(app, image, login, watch),
          null,
        );
      }
      const tree = await readSourceTree(request.folder);
      if (await isImageArchive(tree)) {
        await withoutNames(tree);
        const archive = await packTree(tree.root, { leavesOut: () => false, mayBringBack: false });
        const held = await options.images.load(app, archive, watch);
        return released(request, 'dockerfile', ['found manifest.json of an image archive'], held, null);
      }
      return buildTree(options, { ...request, onLine }, tree);
    },
  };
}

async function buildTree(
  options: ImageBuilderOptions,
  request: BuildRequest,
  tree: SourceTree,
): Promise<BuildResult> {
  const chosen = await choosePreset(tree, request.config);
  if (chosen.preset.name === 'compose') {
    const { buildComposition } = await import('../composition/build-composition.ts');
    return buildComposition(options, request, tree, chosen.evidence);
  }
  const { preset, evidence, held } = await imageOfTree(options, request, tree);
  const start = preset === 'dockerfile' ? (request.config.start ?? null) : null;
  return released(request, preset, evidence, held, start);
}

function released(
  { config }: BuildRequest,
  preset: PresetName,
  evidence: string[],
  { id, bytes }: HeldImage,
  start: string | null,
): BuildResult {
  const argv = start === null ? {} : { argv: ['/bin/sh', '-c', start] };
  return {
    preset,
    evidence,
    digest: id,
    bytes,
    launch: { kind: 'container', image: id, port: config.port ?? null, ...argv },
  };
}
