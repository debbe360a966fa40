/** JavaScript apps in an image, by the same plan they would be built with natively. */

import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { Preset, SourceTree } from './builder.ts';
import { type ImageRecipe, lines, usualPort, volumeFolders } from './image-recipe.ts';
import { packageManagerOf } from './package-manager.ts';

const usualVersion = '22';

export function nodeImage(preset: Preset, tree: SourceTree, config: AppConfig): ImageRecipe {
  const plan = preset.plan(tree, config);
  if (plan.launch.kind !== 'process') {
    throw new WindlassError('invalid', `${preset.title} pages need no container`, {
      hint: 'Leave "runtime" out of windlass.json: the proxy serves them itself.',
    });
  }
  const { name, lockfile, install } = packageManagerOf(tree);
  const version = /\d+/.exec(tree.packageJson?.engines?.node ?? '')?.[0] ?? usualVersion;
  const base = name === 'bun' || preset.name === 'bun' ? 'oven/bun:1-slim' : `node:${version}-slim`;
  const copies = [
    'package.json',
    ...(lockfile === null ? [] : [lockfile]),
    ...(tree.entries.has('.npmrc') ? ['.npmrc'] : []),
  ];
  const corepack = name === 'pnpm' || name === 'yarn';
  const build = plan.steps.find((step) => step.name === 'build');
  const argv = plan.launch.argv.map((word) => word.replace('127.0.0.1', '0.0.0.0'));
  return {
    port: null,
    evidence: [`image ${base}`],
    dockerfile: lines(
      `FROM ${base} AS build`,
      'WORKDIR /app',
      corepack && 'RUN corepack enable',
      plan.steps.some((step) => step.name === 'install') && [`COPY ${copies.join(' ')} ./`, `RUN ${install}`],
      'COPY . .',
      'ENV NODE_ENV=production PATH=/app/node_modules/.bin:$PATH',
      build !== undefined && `RUN ${JSON.stringify(build.argv)}`,
      name === 'npm' && plan.steps.some((step) => step.name === 'install') && 'RUN npm prune --omit=dev',
      '',
      `FROM ${base}`,
      `ENV NODE_ENV=production PATH=/app/node_modules/.bin:$PATH PORT=${usualPort}`,
      'WORKDIR /app',
      `COPY --from=build --chown=1000:1000 /app /app`,
      volumeFolders(config).map((line) => line.replace(/chown \S+/, 'chown 1000:1000')),
      'USER 1000:1000',
      `CMD ${JSON.stringify(argv)}`,
    ),
  };
}
