/** After the build: the files behind the names of a launch plan, so that exactly one process runs per instance. */

import { existsSync, realpathSync, statSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { LaunchPlan } from '../runtimes/runtime.ts';

type ProcessPlan = Extract<LaunchPlan, { kind: 'process' }>;

/** Flags of Node whose value is the next word. */
const valueFlags = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '--env-file',
  '-C',
  '--conditions',
]);
/** Flags for V8 and for Node's own loader: the built-in runtime has neither. */
const nodeOnly =
  /^--(max[-_]|min[-_]|stack[-_]|harmony|experimental-|enable-source-maps|optimize|gc-|heapsnapshot|perf-|trace-gc|use-largepages|no-experimental|report-|tls-cipher)/;
const evaluated = new Set(['-e', '--eval', '-p', '--print']);

/**
 * `artefact` is the folder that will be the release. Throws `WindlassError('invalid')` where the start command names a
 * file of the app that is not there, `failed` where a page folder has no pages.
 */
export async function resolveLaunch(
  artefact: string,
  plan: LaunchPlan,
  config: AppConfig,
): Promise<LaunchPlan> {
  switch (plan.kind) {
    case 'static':
      return {
        ...plan,
        spa: config.static?.spa ?? (plan.spa && (await onlyIndexPage(join(artefact, plan.root)))),
      };
    case 'process':
      return { ...plan, argv: await resolveArgv(join(artefact, plan.cwd), plan) };
    case 'container':
      return plan;
  }
}

async function onlyIndexPage(folder: string): Promise<boolean> {
  const pages = (await readdir(folder)).filter((name) => /\.html?$/.test(name));
  return pages.length === 1 && pages[0] === 'index.html';
}

async function resolveArgv(folder: string, { argv, javascript }: ProcessPlan): Promise<string[]> {
  const [program = '', ...rest] = argv;
  if (program === 'node') return scriptArgv(folder, rest, javascript);
  if (program === 'bun')
    return scriptArgv(folder, rest[0] === 'run' ? rest.slice(1) : rest, { kind: 'builtin' });
  if (program.includes('/')) return argv;
  const bin = join(folder, 'node_modules', '.bin', program);
  if (!existsSync(bin)) return argv;
  const real = realpathSync(bin);
  const path = `./${relative(realpathSync(folder), real)}`;
  if (path.startsWith('./../')) return argv;
  if (!(await isJavaScript(real))) return [path, ...rest];
  return runtimeArgv(javascript, [], path, rest);
}

function scriptArgv(folder: string, words: string[], javascript: ProcessPlan['javascript']): string[] {
  const flags: string[] = [];
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) break;
    flags.push(word);
    if (evaluated.has(word)) return [javascript.kind === 'node' ? 'node' : 'bun', ...words];
    if (valueFlags.has(word)) flags.push(words[++at] ?? '');
  }
  const script = words[at];
  if (script === undefined) {
    throw new WindlassError('invalid', 'the start command names no file to run', {
      hint: 'Write it like "node server.js".',
    });
  }
  return runtimeArgv(javascript, flags, scriptPath(folder, script), words.slice(at + 1));
}

/** As Node finds it: the file, with an extension, or the index of a folder. */
function scriptPath(folder: string, script: string): string {
  if (script.startsWith('/')) return script;
  const plain = script.replace(/^\.\//, '').replace(/\/$/, '');
  const endings = ['', '.js', '.mjs', '.cjs', '.ts', '/index.js', '/index.mjs', '/index.cjs', '/index.ts'];
  const found = endings.map((ending) => `${plain}${ending}`).find((path) => isFile(join(folder, path)));
  if (found !== undefined) return `./${found}`;
  throw new WindlassError(
    'invalid',
    `the start command runs "${script}", which is not there after the build`,
    {
      hint: 'Check the path, and that the build writes it or that it is not ignored.',
    },
  );
}

function runtimeArgv(
  javascript: ProcessPlan['javascript'],
  flags: string[],
  script: string,
  rest: string[],
): string[] {
  if (javascript.kind === 'node') return ['node', ...flags, script, ...rest];
  const understood = flags.filter((flag) => !nodeOnly.test(flag) || valueFlags.has(flag));
  // Without this a missing package would be fetched while the app runs.
  return ['bun', '--no-install', ...understood, script, ...rest];
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** Told by its extension or its first line. */
async function isJavaScript(file: string): Promise<boolean> {
  if (/\.(js|mjs|cjs|ts|mts)$/.test(file)) return true;
  if (!(await stat(file)).isFile()) return false;
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(128), 0, 128, 0);
    return /^#!.*\b(node|bun)\b/.test(buffer.subarray(0, bytesRead).toString('utf8'));
  } finally {
    await handle.close();
  }
}
