/** React Router in framework mode: a server, or a folder with `ssr: false`. */

import type { Preset } from './builder.ts';
import { configText } from './config-text.ts';
import { processPlan, staticPlan } from './javascript-plan.ts';
import { configFile, dependsOn } from './source-tree.ts';

export const reactRouter: Preset = {
  name: 'react-router',
  title: 'React Router',
  detect(tree) {
    const file = configFile(tree, 'react-router.config');
    if (file !== null) return { preset: 'react-router', evidence: [`found ${file} -> React Router`] };
    if (!dependsOn(tree, '@react-router/dev')) return null;
    return {
      preset: 'react-router',
      evidence: ['package.json depends on @react-router/dev -> React Router'],
    };
  },
  plan(tree, config) {
    const build = 'react-router build';
    if (/\bssr\s*:\s*false\b/.test(configText(tree, 'react-router.config'))) {
      return staticPlan(tree, config, { output: 'build/client', build });
    }
    return processPlan(tree, config, { start: 'react-router-serve ./build/server/index.js', build });
  },
};
