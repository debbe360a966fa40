/** Any app with a package.json that says, or shows, what to start. */

import type { Preset } from './builder.ts';
import { entryFile } from './entry-file.ts';
import { processPlan } from './javascript-plan.ts';

export const node: Preset = {
  name: 'node',
  title: 'Node.js',
  detect(tree) {
    if (tree.packageJson === null) return null;
    if (tree.packageJson.scripts?.start !== undefined) {
      return { preset: 'node', evidence: ['package.json has a start script -> Node.js'] };
    }
    const entry = entryFile(tree);
    return entry === null
      ? null
      : { preset: 'node', evidence: [`found package.json and ${entry} -> Node.js`] };
  },
  plan: (tree, config) => processPlan(tree, config, { start: null, build: null }),
};
