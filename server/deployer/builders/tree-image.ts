/** The image of a folder: by its own Dockerfile or by its preset's. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppConfig, PresetName } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { HeldImage, Images } from '../engine/images.ts';
import { dataLabel } from '../engine/labels.ts';
import type { Logins } from '../registries/logins.ts';
import { packTree } from '../sources/pack-tree.ts';
import { type BuildLimits, buildLimits, diskLimit } from './build-limits.ts';
import type { BuildRequest, SourceTree } from './builder.ts';
import { askedArguments, needsBuildKit, withLabel } from './dockerfile.ts';
import { parseDockerignore } from './dockerignore.ts';
import { imageRecipe } from './image-presets.ts';
import type { ImageRecipe } from './image-recipe.ts';
import { choosePreset } from './registry.ts';

export interface ImageBuilderOptions {
  engine: Engine;
  images: Images;
  limits: BuildLimits;
  /** What registries are shown. */
  logins: Logins;
}

/** Beside the person's files while they are sent; never part of an image. */
const ownDockerfile = '.windlass.Dockerfile';
/** What no image wants, where the person does not say. */
const usualIgnore = [
  '.git',
  '.env',
  '.env.*',
  '**/node_modules',
  '**/__pycache__',
  '**/.venv',
  '.windlassignore',
];
/** Made to be seen by every visitor, so an image may hold them. */
export const publicName = /^(NEXT_PUBLIC_|NUXT_PUBLIC_|PUBLIC_|VITE_|REACT_APP_|GATSBY_|NODE_ENV$)/;

/** What a Dockerfile is built with beyond its context. */
export interface DockerfileInputs {
  args: Readonly<Record<string, string>>;
  target: string | null;
}

/** The image of a folder, by its own Dockerfile or by a preset's. */
export async function imageOfTree(
  options: ImageBuilderOptions,
  request: Pick<BuildRequest, 'app' | 'config' | 'env' | 'onLine' | 'signal'>,
  tree: SourceTree,
  inputs: DockerfileInputs = { args: {}, target: null },
): Promise<{ preset: PresetName; evidence: string[]; held: HeldImage }> {
  const { preset, evidence } = await choosePreset(tree, request.config);
  const own = preset.name === 'dockerfile';
  const recipe = own ? await ownRecipe(tree, request.config) : imageRecipe(preset, tree, request.config);
  const seen = [...evidence, ...recipe.evidence];
  for (const line of seen) request.onLine(line);
  if (own) refuseSecrets(recipe.dockerfile, request.env, inputs.args);
  const buildkit = own && needsBuildKit(recipe.dockerfile);
  if (buildkit) request.onLine('the Dockerfile asks for BuildKit, which holds no memory limit');

  const marked = withLabel(recipe.dockerfile, `${dataLabel}=${options.engine.owner}`);
  await writeFile(join(tree.root, ownDockerfile), marked);
  const held = await options.images.build(request.app, {
    context: await packTree(tree.root, await contextFilter(tree, own)),
    dockerfile: ownDockerfile,
    buildkit,
    buildArguments: { ...publicOnes(request.env, recipe.dockerfile), ...inputs.args },
    target: inputs.target,
    logins: await options.logins.all(request.app),
    ...buildLimits(request.config, options.limits),
    disk: diskLimit(request.config),
    onLine: request.onLine,
    signal: request.signal,
  });
  request.onLine(`image of ${(held.bytes / 1024 ** 2).toFixed(1)} MB on top of its base`);
  return { preset: preset.name, evidence: seen, held };
}

async function ownRecipe(tree: SourceTree, config: AppConfig): Promise<ImageRecipe> {
  const name =
    config.build?.dockerfile ??
    ['Dockerfile', 'Containerfile'].find((each) => tree.entries.has(each)) ??
    'Dockerfile';
  if (name.startsWith('/') || name.split('/').includes('..')) {
    throw new WindlassError('invalid', `build.dockerfile "${name}" is outside the app's folder`, {
      hint: 'Name a file inside it, like "docker/Dockerfile".',
    });
  }
  const dockerfile = await readFile(join(tree.root, name), 'utf8').catch((cause: unknown) => {
    throw new WindlassError('invalid', `there is no file ${name} to build the image by`, {
      hint: 'Check "build.dockerfile" in windlass.json.',
      cause,
    });
  });
  return { dockerfile, port: null, evidence: [] };
}

/** An argument would put it into a layer for everybody to read. */
function refuseSecrets(
  dockerfile: string,
  env: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): void {
  const secret = askedArguments(dockerfile).find(
    (name) => env[name] !== undefined && given[name] === undefined && !publicName.test(name),
  );
  if (secret !== undefined) {
    throw new WindlassError(
      'invalid',
      `the Dockerfile asks for the variable ${secret} by ARG, which would stay readable in the image`,
      {
        hint: `Read ${secret} when the app runs; names like PUBLIC_${secret} are given to builds.`,
      },
    );
  }
}

function publicOnes(env: Readonly<Record<string, string>>, dockerfile: string): Record<string, string> {
  const asked = new Set(askedArguments(dockerfile));
  return Object.fromEntries(Object.entries(env).filter(([name]) => asked.has(name) && publicName.test(name)));
}

async function contextFilter({ root, entries }: SourceTree, own: boolean) {
  const text = entries.has('.dockerignore')
    ? await readFile(join(root, '.dockerignore'), 'utf8')
    : own
      ? ''
      : usualIgnore.join('\n');
  const rules = parseDockerignore(text);
  return {
    mayBringBack: rules.mayBringBack,
    leavesOut: (path: string) => path !== ownDockerfile && rules.leavesOut(path),
  };
}
