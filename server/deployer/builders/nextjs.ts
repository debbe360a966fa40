/** Next.js: a server, or a folder with `output: 'export'`. */

import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import type { Preset, SourceTree } from './builder.ts';
import { parseCommand } from './command.ts';
import { configText, quotedValue } from './config-text.ts';
import { processPlan, staticPlan } from './javascript-plan.ts';
import { configFile, dependsOn } from './source-tree.ts';

// next start reads PORT by itself, but listens on every interface unless it is told.
const start = 'next start -H 127.0.0.1';

export const nextjs: Preset = {
  name: 'nextjs',
  title: 'Next.js',
  detect(tree) {
    const file = configFile(tree, 'next.config');
    if (file !== null) return { preset: 'nextjs', evidence: [`found ${file} -> Next.js`] };
    if (!dependsOn(tree, 'next')) return null;
    return { preset: 'nextjs', evidence: ['package.json depends on next -> Next.js'] };
  },
  plan(tree, config) {
    if (quotedValue(configText(tree, 'next.config'), 'output') === 'export')
      return staticPlan(tree, config, { output: 'out', build: 'next build' });
    const wishes = { start, build: 'next build', writable: ['.next/cache'] };
    return processPlan(tree, config, startsItself(tree, config) ? wishes : { ...wishes, startAlways: start });
  },
};

/** A `start` script with a server of its own is kept; `next start -p 3000` would listen on the wrong port. */
function startsItself(tree: SourceTree, config: AppConfig): boolean {
  const script = config.start ?? tree.packageJson?.scripts?.start;
  if (script === undefined) return false;
  const command = parseCommand(script);
  return command.kind === 'shell' || command.argv[0] !== 'next';
}
