/** The image of one service: built from its context, taken from the engine or a registry, with files of the source in it. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildLimits, diskLimit } from '../builders/build-limits.ts';
import type { BuildRequest, SourceTree } from '../builders/builder.ts';
import { readSourceTree } from '../builders/source-tree.ts';
import { type ImageBuilderOptions, imageOfTree, publicName } from '../builders/tree-image.ts';
import type { HeldImage } from '../engine/images.ts';
import { dataLabel } from '../engine/labels.ts';
import { packTree } from '../sources/pack-tree.ts';
import type { Faults } from './faults.ts';
import { interpolate, type Lookup, namesIn } from './interpolate.ts';
import type { Service, ServiceBuild } from './service.ts';
import type { SourceFiles } from './source-files.ts';

export interface ServiceImageParts {
  service: Service;
  /** The Compose file's folder, inside the source. */
  base: string;
  files: SourceFiles;
  lookup: Lookup;
  faults: Faults;
}

const placedDockerfile = '.windlass.placed.Dockerfile';

/** Throws `invalid` where its build or its files cannot be used as they are. */
export async function serviceImage(
  options: ImageBuilderOptions,
  request: BuildRequest,
  tree: SourceTree,
  parts: ServiceImageParts,
): Promise<HeldImage> {
  const { service } = parts;
  const held =
    service.build === null
      ? await obtained(options, request, service.image ?? '')
      : await built(options, request, tree, service.build, parts);
  return service.placed.length === 0 ? held : withFiles(options, request, tree, parts, held);
}

async function obtained(
  { images, logins }: ImageBuilderOptions,
  { app, onLine, signal }: BuildRequest,
  reference: string,
): Promise<HeldImage> {
  return images.obtain(app, reference, await logins.find(app, reference), { onLine, signal });
}

async function built(
  options: ImageBuilderOptions,
  request: BuildRequest,
  tree: SourceTree,
  build: ServiceBuild,
  { service, files, lookup, faults }: ServiceImageParts,
): Promise<HeldImage> {
  const place = { line: service.line, key: `services.${service.name}.build` };
  const context = await files.find(build.context, place);
  const secret = Object.values(build.args)
    .flatMap(namesIn)
    .find((name) => request.env[name] !== undefined && !publicName.test(name));
  if (secret !== undefined) {
    faults.refuse(
      place.line,
      `${place.key}.args`,
      `takes the variable ${secret}, which would stay readable in the image`,
      `Read ${secret} when the service runs; names like PUBLIC_${secret} are given to builds.`,
    );
  }
  faults.settle();
  if (context === null) throw new Error('a refused context was not told');
  const args = Object.fromEntries(
    Object.entries(build.args).map(([name, text]) => [name, interpolate(text, lookup)]),
  );
  // windlass.json beside the Compose file is about the app, not about how one of its services is built.
  const { build: limits } = request.config;
  const config = {
    build: {
      ...(limits?.memory === undefined ? {} : { memory: limits.memory }),
      ...(limits?.disk === undefined ? {} : { disk: limits.disk }),
      ...(build.dockerfile === null ? {} : { dockerfile: build.dockerfile }),
    },
  };
  const inside = await readSourceTree(join(tree.root, context.path));
  const { held } = await imageOfTree(options, { ...request, config }, withoutCompose(inside), {
    args,
    target: build.target,
  });
  return held;
}

/** A service is built by its Dockerfile or its language, whatever Compose files lie beside them. */
function withoutCompose(tree: SourceTree): SourceTree {
  return {
    ...tree,
    entries: new Set([...tree.entries].filter((name) => !/^(docker-)?compose\.ya?ml$/.test(name))),
  };
}

/** The same image with files of the source in it, so that they belong to the release and go back with it. */
async function withFiles(
  options: ImageBuilderOptions,
  request: BuildRequest,
  tree: SourceTree,
  { service, files, faults }: ServiceImageParts,
  held: HeldImage,
): Promise<HeldImage> {
  const place = { line: service.line, key: `services.${service.name}.volumes` };
  const copies: string[] = [];
  const wanted = new Set<string>([placedDockerfile]);
  for (const { from, to } of service.placed) {
    const found = await files.find(from, place);
    if (found === null) continue;
    wanted.add(found.path);
    copies.push(`COPY ${JSON.stringify(found.isFolder ? [`${found.path}/`, `${to}/`] : [found.path, to])}`);
  }
  faults.settle();
  const base = options.images.nameOf(request.app, held.id);
  const lines = [`FROM ${base}`, `LABEL ${dataLabel}=${options.engine.owner}`, ...copies, ''];
  await writeFile(join(tree.root, placedDockerfile), lines.join('\n'));
  const isWanted = (path: string) =>
    [...wanted].some(
      (each) => each === '.' || path === each || path.startsWith(`${each}/`) || each.startsWith(`${path}/`),
    );
  return options.images.build(request.app, {
    context: await packTree(tree.root, { leavesOut: (path) => !isWanted(path), mayBringBack: false }),
    dockerfile: placedDockerfile,
    buildkit: false,
    logins: [],
    buildArguments: {},
    ...buildLimits(request.config, options.limits),
    disk: diskLimit(request.config),
    onLine: request.onLine,
    signal: request.signal,
  });
}
