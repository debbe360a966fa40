/** Vite: a folder of files, unless the app has a server of its own. */

import type { Preset } from './builder.ts';
import { configText, quotedValue } from './config-text.ts';
import { staticPlan } from './javascript-plan.ts';
import { startsOwnServer } from './own-server.ts';
import { configFile, dependsOn } from './source-tree.ts';

export const vite: Preset = {
  name: 'vite',
  title: 'Vite',
  detect(tree) {
    const file = configFile(tree, 'vite.config');
    if (file === null && !dependsOn(tree, 'vite')) return null;
    if (startsOwnServer(tree)) return null;
    const seen = file === null ? 'package.json depends on vite' : `found ${file}`;
    return { preset: 'vite', evidence: [`${seen} -> Vite`] };
  },
  plan: (tree, config) =>
    staticPlan(tree, config, {
      output: quotedValue(configText(tree, 'vite.config'), 'outDir') ?? 'dist',
      build: 'vite build',
    }),
};
