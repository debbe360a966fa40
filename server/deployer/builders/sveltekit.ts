/** SvelteKit: its adapter decides between a server and a folder. */

import { WindlassError } from '../../../shared/errors.ts';
import type { Preset } from './builder.ts';
import { configText, quotedValue } from './config-text.ts';
import { processPlan, staticPlan } from './javascript-plan.ts';
import { configFile, dependsOn } from './source-tree.ts';

const start = 'node build/index.js';

export const sveltekit: Preset = {
  name: 'sveltekit',
  title: 'SvelteKit',
  detect(tree) {
    if (dependsOn(tree, '@sveltejs/kit')) {
      return { preset: 'sveltekit', evidence: ['package.json depends on @sveltejs/kit -> SvelteKit'] };
    }
    const file = configFile(tree, 'svelte.config');
    // Plain Svelte apps have the same file beside the one of their bundler.
    const plain = dependsOn(tree, 'svelte') || configFile(tree, 'vite.config') !== null;
    return file === null || plain ? null : { preset: 'sveltekit', evidence: [`found ${file} -> SvelteKit`] };
  },
  plan(tree, config) {
    // From SvelteKit 3 on the plugin in Vite's file is told what svelte.config said before.
    const text = configText(tree, 'svelte.config') + configText(tree, 'vite.config');
    if (text.includes('adapter-static')) {
      return staticPlan(tree, config, { output: quotedValue(text, 'pages') ?? 'build', build: 'vite build' });
    }
    const able =
      text.includes('adapter-node') || text.includes('svelte-adapter-bun') || config.start !== undefined;
    if (!able) {
      throw new WindlassError('invalid', 'no adapter that Windlass can run is configured', {
        hint: 'Install @sveltejs/adapter-node (or adapter-static) and name it in vite.config.js (svelte.config.js before SvelteKit 3).',
      });
    }
    return processPlan(tree, config, { start, startAlways: start, build: 'vite build' });
  },
};
