/** The two kinds of native plans for JavaScript apps: a process that answers, and a folder that is served. */

import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { LaunchPlan } from '../runtimes/runtime.ts';
import type { BuildPlan, SourceTree } from './builder.ts';
import { nativeInstall } from './package-manager.ts';
import { startArgv, startCommand } from './start-command.ts';

export interface ProcessWishes {
  /** Start command where neither windlass.json nor package.json has one. */
  start: string | null;
  /** Start command that beats `scripts.start`, which in this framework starts its development server. */
  startAlways?: string;
  /** Build command where package.json has no `build` script. */
  build: string | null;
  /** Folder that becomes the artefact; `.` where it is left away. */
  keep?: string;
  writable?: string[];
  /** Never Node. */
  builtinOnly?: boolean;
}

export interface StaticWishes {
  /** Folder the build writes; `build.output` of windlass.json wins. */
  output: string;
  build: string | null;
}

/** A plan that runs the app. Throws `WindlassError('invalid')` where no start command is known. */
export function processPlan(tree: SourceTree, config: AppConfig, wishes: ProcessWishes): BuildPlan {
  const command =
    config.start === undefined && wishes.startAlways !== undefined
      ? wishes.startAlways
      : startCommand(tree, config, wishes.start);
  if (command === null) {
    throw new WindlassError('invalid', 'nothing says how the app starts', {
      hint: 'Add a "start" script to package.json, or "start" to windlass.json.',
    });
  }
  return {
    steps: steps(tree, config, wishes.build),
    keep: wishes.keep ?? '.',
    writable: wishes.writable ?? [],
    launch: {
      kind: 'process',
      argv: startArgv(tree, command),
      cwd: '.',
      javascript: wishes.builtinOnly === true ? { kind: 'builtin' } : javascriptOf(tree, config),
    },
  };
}

/**
 * A plan that serves what the build wrote; with `start` in windlass.json the app is run all the same. `spa` is true
 * where it is not decided yet: the builder looks whether index.html is the only page.
 */
export function staticPlan(tree: SourceTree, config: AppConfig, wishes: StaticWishes): BuildPlan {
  if (config.start !== undefined) return processPlan(tree, config, { start: null, build: wishes.build });
  const output = config.build?.output ?? wishes.output;
  return {
    steps: steps(tree, config, wishes.build),
    keep: insideFolder(output),
    writable: [],
    launch: { kind: 'static', root: '.', spa: config.static?.spa ?? true },
  };
}

/** `node` with an npm version range where the app asks for it, else the built-in runtime. */
function javascriptOf(
  tree: SourceTree,
  config: AppConfig,
): Extract<LaunchPlan, { kind: 'process' }>['javascript'] {
  const range = tree.packageJson?.engines?.node?.trim();
  if (config.runtime === 'builtin') return { kind: 'builtin' };
  if (config.runtime === 'node' || (range !== undefined && range !== '')) {
    return { kind: 'node', version: range === undefined || range === '' ? '*' : range };
  }
  return { kind: 'builtin' };
}

/** The folder, relative and normalised. Throws `WindlassError('invalid')` where it is not inside the app's own. */
export function insideFolder(folder: string): string {
  const parts = folder.split('/').filter((part) => part !== '' && part !== '.');
  if (folder.startsWith('/') || parts.includes('..')) {
    throw new WindlassError('invalid', `build.output "${folder}" is outside the app's folder`, {
      hint: 'Name a folder inside it, like "dist".',
    });
  }
  return parts.join('/') || '.';
}

function steps(tree: SourceTree, config: AppConfig, build: string | null): BuildPlan['steps'] {
  const list: BuildPlan['steps'] = [];
  const { packageJson } = tree;
  const packages = { ...packageJson?.dependencies, ...packageJson?.devDependencies };
  if (packageJson !== null && Object.keys(packages).length > 0) {
    // Development packages are needed to build; NODE_ENV=production would keep some tools from installing them.
    list.push({ name: 'install', argv: nativeInstall(tree), env: { NODE_ENV: 'development' } });
  }
  const command = config.build?.command;
  if (command !== undefined) list.push({ name: 'build', argv: ['/bin/sh', '-c', command] });
  else if (packageJson?.scripts?.build !== undefined)
    list.push({ name: 'build', argv: ['npm', 'run', 'build'] });
  else if (build !== null) list.push({ name: 'build', argv: ['npx', ...build.split(' ')] });
  return list;
}
