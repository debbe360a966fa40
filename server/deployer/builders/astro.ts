/** Astro: a folder of pages, or its Node adapter's server. */

import type { Preset } from './builder.ts';
import { configText, quotedValue } from './config-text.ts';
import { processPlan, staticPlan } from './javascript-plan.ts';
import { configFile, dependsOn } from './source-tree.ts';

export const astro: Preset = {
  name: 'astro',
  title: 'Astro',
  detect(tree) {
    const file = configFile(tree, 'astro.config');
    if (file !== null) return { preset: 'astro', evidence: [`found ${file} -> Astro`] };
    return dependsOn(tree, 'astro')
      ? { preset: 'astro', evidence: ['package.json depends on astro -> Astro'] }
      : null;
  },
  plan(tree, config) {
    const text = configText(tree, 'astro.config');
    const output = quotedValue(text, 'outDir')?.replace(/^\.\//, '') ?? 'dist';
    const build = 'astro build';
    if (!/\badapter\s*:/.test(text) || !dependsOn(tree, '@astrojs/node'))
      return staticPlan(tree, config, { output, build });
    const start = `node ${output}/server/entry.mjs`;
    return processPlan(tree, config, { start, startAlways: start, build });
  },
};
