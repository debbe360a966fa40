/** From the start command to argv: scripts that call scripts are followed, so that no runner stays in memory beside the app. */

import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { SourceTree } from './builder.ts';
import { type Command, parseCommand, quoted } from './command.ts';
import { entryFile } from './entry-file.ts';

const runners = new Set(['npm', 'yarn', 'pnpm', 'bun']);
const executors = new Set(['npx', 'bunx']);
const deepest = 8;

/** The command text: of `windlass.json`, of `scripts.start`, or what `fallback` says. Null where nothing is known. */
export function startCommand(tree: SourceTree, config: AppConfig, fallback: string | null): string | null {
  if (config.start !== undefined) return config.start;
  if (tree.packageJson?.scripts?.start !== undefined) return 'npm start';
  if (fallback !== null) return fallback;
  const entry = entryFile(tree);
  return entry === null ? null : `node ${quoted(entry)}`;
}

/**
 * argv with programs still by name (`next`, `node`); `resolveLaunch` finds their files after the build. What needs a
 * shell becomes `/bin/sh -c`. Throws `WindlassError('invalid')` for a script that is missing or calls itself.
 */
export function startArgv(tree: SourceTree, command: string, depth = 0): string[] {
  if (depth > deepest) {
    throw new WindlassError('invalid', `the start script calls itself: ${command}`, {
      hint: 'Let scripts.start in package.json, or "start" in windlass.json, name the program to run.',
    });
  }
  const parsed = parseCommand(command);
  if (parsed.kind === 'shell') return shell(parsed.text);
  const argv = withoutExecutor(parsed.argv);
  const script = scriptName(tree, argv);
  if (script === null) return withEnv(parsed, argv);
  const scripts = tree.packageJson?.scripts ?? {};
  const body = scripts[script.name];
  if (body === undefined) {
    throw new WindlassError('invalid', `package.json has no script "${script.name}"`, {
      hint: 'Add it, or set "start" in windlass.json.',
    });
  }
  const around = scripts[`pre${script.name}`];
  const full = [body, ...script.rest.map(quoted)].join(' ');
  if (around !== undefined) return shell(`${around} && ${full}`);
  const inner = startArgv(tree, full, depth + 1);
  return withEnv(parsed, inner);
}

const shell = (text: string): string[] => ['/bin/sh', '-c', withBins(text)];

/** Scripts name programs of the app's packages, as they may under npm. */
const withBins = (text: string): string => `PATH="$PWD/node_modules/.bin:$PATH"; export PATH; ${text}`;

/** Production is what the app is run with anyway; other assignments need `env`. */
function withEnv({ env }: Extract<Command, { kind: 'simple' }>, argv: string[]): string[] {
  const left = Object.entries(env).filter(([name, value]) => name !== 'NODE_ENV' || value !== 'production');
  if (left.length === 0) return argv;
  const assignments = left.map(([name, value]) => `${name}=${quoted(value)}`).join(' ');
  if (argv[0] === '/bin/sh') return shell(`export ${assignments}; ${argv[2] ?? ''}`);
  return shell(`${assignments} exec ${argv.map(quoted).join(' ')}`);
}

function withoutExecutor(argv: string[]): string[] {
  const [program = '', first = ''] = argv;
  if (executors.has(program))
    return argv.slice(argv.findIndex((word, at) => at > 0 && !word.startsWith('-')));
  const viaExec = (program === 'npm' || program === 'pnpm' || program === 'yarn') && first === 'exec';
  const viaX = program === 'bun' && first === 'x';
  if (viaExec || viaX) return argv.slice(argv[2] === '--' ? 3 : 2);
  return argv;
}

/** Which script of package.json a runner's command means, or null where it is no such command. */
function scriptName(tree: SourceTree, argv: string[]): { name: string; rest: string[] } | null {
  const [program = '', ...words] = argv;
  if (!runners.has(program)) return null;
  const verbs = words.filter((word) => !['--silent', '-s', '--bun', '--if-present'].includes(word));
  const [first = '', second = '', ...more] = verbs;
  const scripts = tree.packageJson?.scripts ?? {};
  const tail = (rest: string[]): string[] => (rest[0] === '--' ? rest.slice(1) : rest);
  if (first === 'run' || first === 'run-script') {
    // `bun run` also takes a file.
    if (program === 'bun' && scripts[second] === undefined) return null;
    return { name: second, rest: tail(more) };
  }
  if (first === 'start') return { name: 'start', rest: tail(verbs.slice(1)) };
  const direct = program !== 'npm' && scripts[first] !== undefined;
  return direct ? { name: first, rest: tail(verbs.slice(1)) } : null;
}
