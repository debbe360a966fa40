/** Every preset, in the order in which they are asked; and what a tree is. */

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import { compose, composeOfSources } from '../composition/compose-preset.ts';
import { angular } from './angular.ts';
import { astro } from './astro.ts';
import type { Detection, Preset, SourceTree } from './builder.ts';
import { bun } from './bun.ts';
import { dockerfile, dotnet, go, java, php, python, ruby, rust } from './docker-only.ts';
import { docusaurus } from './docusaurus.ts';
import { nextjs } from './nextjs.ts';
import { node } from './node.ts';
import { nuxt } from './nuxt.ts';
import { reactRouter } from './react-router.ts';
import { rsbuild } from './rsbuild.ts';
import { readSourceTree } from './source-tree.ts';
import { generatorOf, staticSite } from './static.ts';
import { sveltekit } from './sveltekit.ts';
import { vite } from './vite.ts';

/** The first that recognises a tree has it: a Compose file that builds or a Dockerfile is the person's word, frameworks come before languages. */
export const presets: readonly Preset[] = [
  composeOfSources,
  dockerfile,
  docusaurus,
  nextjs,
  nuxt,
  astro,
  sveltekit,
  reactRouter,
  rsbuild,
  angular,
  vite,
  { ...staticSite, detect: (tree) => (generatorOf(tree) === null ? null : staticSite.detect(tree)) },
  bun,
  node,
  java,
  rust,
  go,
  python,
  ruby,
  php,
  dotnet,
  compose,
  staticSite,
];

const skipped = new Set(['node_modules', 'dist', 'build', 'out', 'target', 'vendor']);
const deepestApp = 4;
const mostApps = 50;

/** What the tree is, or null. */
export function detect(tree: SourceTree): Detection | null {
  for (const preset of presets) {
    const found = preset.detect(tree);
    if (found !== null) return found;
  }
  return null;
}

/** The preset windlass.json names, or the one the files show. Throws `WindlassError('invalid')` where none does. */
export async function choosePreset(
  tree: SourceTree,
  config: AppConfig,
): Promise<{ preset: Preset; evidence: string[] }> {
  const named = config.build?.preset ?? 'auto';
  if (named !== 'auto')
    return { preset: byName(named), evidence: [`windlass.json names the preset ${named}`] };
  if (config.compose !== undefined)
    return { preset: compose, evidence: ['windlass.json names a Compose file'] };
  const own = config.build?.dockerfile;
  if (own !== undefined) return { preset: dockerfile, evidence: [`windlass.json names ${own}`] };
  const found = detect(tree);
  if (found !== null) return { preset: byName(found.preset), evidence: found.evidence };
  if (config.start !== undefined) return { preset: node, evidence: ['windlass.json has a start command'] };
  const apps = await findApps(tree.root);
  const [first] = apps;
  throw new WindlassError('invalid', 'nothing here shows what kind of app this is', {
    hint:
      first === undefined
        ? 'Add a package.json with a start script, an index.html, or a windlass.json with "start".'
        : `There are apps inside: ${apps.map(({ path, preset }) => `${path} (${preset})`).join(', ')}. Deploy one of them, like --dir ${first.path}.`,
  });
}

/** The apps of a monorepo: folders below `root` that a preset recognises, at most four deep, in order of their paths. */
export async function findApps(root: string): Promise<{ path: string; preset: Detection['preset'] }[]> {
  const found: { path: string; preset: Detection['preset'] }[] = [];
  const visit = async (path: string, depth: number): Promise<void> => {
    if (found.length >= mostApps) return;
    if (path !== '') {
      const here = await treeOf(join(root, path));
      const detected = here === null ? null : detect(here);
      if (detected !== null) {
        found.push({ path, preset: detected.preset });
        return;
      }
    }
    if (depth === deepestApp) return;
    const entries = await readdir(join(root, path), { withFileTypes: true });
    const folders = entries.filter(isOwnFolder).map(({ name }) => name);
    for (const name of folders.sort()) await visit(path === '' ? name : `${path}/${name}`, depth + 1);
  };
  await visit('', 0);
  return found;
}

const isOwnFolder = (entry: Dirent): boolean =>
  entry.isDirectory() && !entry.name.startsWith('.') && !skipped.has(entry.name);

/** A package.json that cannot be read hides its folder only. */
const treeOf = (folder: string): Promise<SourceTree | null> => readSourceTree(folder).catch(() => null);

function byName(name: string): Preset {
  const preset = presets.find((candidate) => candidate.name === name);
  if (preset === undefined) throw new Error(`no preset is called ${name}`);
  return preset;
}
