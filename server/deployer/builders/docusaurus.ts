/** Docusaurus: a folder of pages. */

import type { Preset } from './builder.ts';
import { staticPlan } from './javascript-plan.ts';
import { configFile, dependsOn } from './source-tree.ts';

export const docusaurus: Preset = {
  name: 'docusaurus',
  title: 'Docusaurus',
  detect(tree) {
    const file = configFile(tree, 'docusaurus.config');
    if (file !== null) return { preset: 'docusaurus', evidence: [`found ${file} -> Docusaurus`] };
    if (!dependsOn(tree, '@docusaurus/core')) return null;
    return { preset: 'docusaurus', evidence: ['package.json depends on @docusaurus/core -> Docusaurus'] };
  },
  plan: (tree, config) => staticPlan(tree, config, { output: 'build', build: 'docusaurus build' }),
};
