/** Nuxt: the self-contained server that Nitro writes, or the pages of `nuxt generate`. */

import type { Preset } from './builder.ts';
import { processPlan, staticPlan } from './javascript-plan.ts';
import { configFile, dependsOn } from './source-tree.ts';

const start = 'node server/index.mjs';

export const nuxt: Preset = {
  name: 'nuxt',
  title: 'Nuxt',
  detect(tree) {
    const file = configFile(tree, 'nuxt.config');
    if (file !== null) return { preset: 'nuxt', evidence: [`found ${file} -> Nuxt`] };
    return dependsOn(tree, 'nuxt')
      ? { preset: 'nuxt', evidence: ['package.json depends on nuxt -> Nuxt'] }
      : null;
  },
  plan(tree, config) {
    const script = config.build?.command ?? tree.packageJson?.scripts?.build ?? '';
    if (/\bgenerate\b/.test(script))
      return staticPlan(tree, config, { output: '.output/public', build: null });
    const keep = config.start === undefined ? '.output' : '.';
    return processPlan(tree, config, { start, startAlways: start, build: 'nuxt build', keep });
  },
};
