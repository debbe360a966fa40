/** A plain folder of HTML, or a site that a generator without a preset of its own writes. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Preset, SourceTree } from './builder.ts';
import { insideFolder, processPlan, staticPlan } from './javascript-plan.ts';
import { startsOwnServer } from './own-server.ts';
import { dependsOn } from './source-tree.ts';

/** Package that builds the site, and the folder it writes by default. */
const generators = [
  { name: 'react-scripts', build: 'react-scripts build', output: 'build' },
  { name: '@vue/cli-service', build: 'vue-cli-service build', output: 'dist' },
  { name: 'gatsby', build: 'gatsby build', output: 'public' },
  { name: '@11ty/eleventy', build: 'eleventy', output: '_site' },
  { name: 'parcel', build: 'parcel build', output: 'dist' },
  { name: 'vitepress', build: 'vitepress build', output: '.vitepress/dist' },
];
const usualFolders = ['public', 'dist', 'build', 'out', '_site', 'www'];

export const staticSite: Preset = {
  name: 'static',
  title: 'Static files',
  detect(tree) {
    const generator = generatorOf(tree);
    if (generator !== null) {
      return {
        preset: 'static',
        evidence: [`package.json depends on ${generator.name} -> static files in ${generator.output}`],
      };
    }
    const folder = pagesFolder(tree);
    if (folder === null) return null;
    const file = folder === '.' ? 'index.html' : `${folder}/index.html`;
    return { preset: 'static', evidence: [`found ${file} -> static files`] };
  },
  plan(tree, config) {
    const generator = generatorOf(tree);
    if (generator !== null) return staticPlan(tree, config, generator);
    const built = config.build?.command !== undefined || tree.packageJson?.scripts?.build !== undefined;
    if (config.start !== undefined) return processPlan(tree, config, { start: null, build: null });
    if (built) return staticPlan(tree, config, { output: pagesFolder(tree) ?? 'dist', build: null });
    const keep = insideFolder(config.build?.output ?? pagesFolder(tree) ?? '.');
    return {
      steps: [],
      keep,
      writable: [],
      launch: { kind: 'static', root: '.', spa: config.static?.spa ?? false },
    };
  },
};

/** Create React App and its like; they have no start script for production, so this goes before Node. */
export function generatorOf(tree: SourceTree): (typeof generators)[number] | null {
  if (startsOwnServer(tree)) return null;
  return generators.find(({ name }) => dependsOn(tree, name)) ?? null;
}

function pagesFolder({ root, entries }: SourceTree): string | null {
  if (entries.has('index.html')) return '.';
  const has = (folder: string): boolean =>
    entries.has(folder) && existsSync(join(root, folder, 'index.html'));
  return usualFolders.find(has) ?? null;
}
