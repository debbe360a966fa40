/** Rsbuild: a folder of files. */

import type { Preset } from './builder.ts';
import { staticPlan } from './javascript-plan.ts';
import { configFile, dependsOn } from './source-tree.ts';

export const rsbuild: Preset = {
  name: 'rsbuild',
  title: 'Rsbuild',
  detect(tree) {
    const file = configFile(tree, 'rsbuild.config');
    if (file !== null) return { preset: 'rsbuild', evidence: [`found ${file} -> Rsbuild`] };
    if (!dependsOn(tree, '@rsbuild/core')) return null;
    return { preset: 'rsbuild', evidence: ['package.json depends on @rsbuild/core -> Rsbuild'] };
  },
  plan: (tree, config) => staticPlan(tree, config, { output: 'dist', build: 'rsbuild build' }),
};
