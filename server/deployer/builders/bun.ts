/** An app written for Bun: the built-in runtime is what it asks for. */

import type { Preset } from './builder.ts';
import { entryFile } from './entry-file.ts';
import { processPlan } from './javascript-plan.ts';
import { firstEntry } from './source-tree.ts';

export const bun: Preset = {
  name: 'bun',
  title: 'Bun',
  detect(tree) {
    const seen = firstEntry(tree, ['bun.lock', 'bun.lockb', 'bunfig.toml']);
    if (seen === null || tree.packageJson === null || tree.packageJson.engines?.node !== undefined)
      return null;
    const starts = tree.packageJson.scripts?.start !== undefined || entryFile(tree) !== null;
    return starts ? { preset: 'bun', evidence: [`found ${seen} -> Bun`] } : null;
  },
  plan: (tree, config) =>
    processPlan(tree, config, { start: null, build: null, builtinOnly: config.runtime !== 'node' }),
};
