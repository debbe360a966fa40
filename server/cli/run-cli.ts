/** One run of the command line: from argv to an exit code. */

import { connectControl } from '../kernel/control-client.ts';
import { complete } from './complete.ts';
import { findVerb } from './find-verb.ts';
import { overviewLines, verbLines } from './help.ts';
import type { Io } from './io.ts';
import { type Parsed, parseVerb, splitVerb } from './parse.ts';
import { findPlaces } from './places.ts';
import { report } from './report.ts';
import { createStyle, type Style, wantsColour } from './style.ts';
import { UsageError } from './usage-error.ts';
import type { Pack, VerbContext } from './verb.ts';
import { verbs } from './verbs.ts';

/** What reaches beyond the terminal. */
export interface CliDeps {
  connect: typeof connectControl;
  pack: Pack;
  now(): number;
}

const realDeps: CliDeps = {
  connect: connectControl,
  // Loaded at first use: most verbs send no folder.
  pack: async (folder) => (await import('../deployer/sources/pack.ts')).packFolder(folder),
  now: () => Date.now(),
};

/** Resolves to the exit code: 0 done, 1 failed, 2 wrong usage. Never rejects. */
export async function runCli(argv: readonly string[], io: Io, deps: CliDeps = realDeps): Promise<number> {
  const json = argv.includes('--json');
  try {
    return await dispatch(argv, io, deps);
  } catch (error) {
    return report(error, io, json);
  }
}

async function dispatch(argv: readonly string[], io: Io, deps: CliDeps): Promise<number> {
  if (argv[0] === '__complete') return complete(argv.slice(1), verbs, io, deps.connect);
  const style = createStyle(wantsColour(io, io.stdout.isTTY));
  const { name, rest } = splitVerb(argv);
  if (name === undefined) return withoutVerb(rest, io, deps, style);
  const verb = findVerb(name, verbs);
  const parsed = parseVerb(verb, rest, io.env);
  if (parsed.flags.on('help')) {
    io.stdout.write(`${verbLines(verb, style).join('\n')}\n`);
    return 0;
  }
  return verb.run(contextOf(parsed, io, deps, style));
}

/** `windlass`, `windlass -h` and `windlass --version`. */
async function withoutVerb(rest: readonly string[], io: Io, deps: CliDeps, style: Style): Promise<number> {
  if (rest.includes('--version') || rest.includes('-v')) return dispatch(['version'], io, deps);
  const odd = rest.find((word) => !['-h', '--help', '--json'].includes(word));
  if (odd !== undefined) {
    throw new UsageError(`there is no verb in front of "${odd}"`, 'See `windlass help`.');
  }
  io.stdout.write(`${overviewLines(verbs, style).join('\n')}\n`);
  return 0;
}

function contextOf(parsed: Parsed, io: Io, deps: CliDeps, style: Style): VerbContext {
  const json = parsed.flags.on('json');
  const { uid, env, cwd } = io;
  const data = parsed.flags.text('data');
  const socket = parsed.flags.text('socket');
  return {
    io,
    ...parsed,
    style,
    width: io.stdout.isTTY ? io.columns() : Number.POSITIVE_INFINITY,
    verbs,
    reach: [
      reachText('data', data, env.WINDLASS_DATA),
      reachText('socket', socket, env.WINDLASS_SOCKET),
    ].join(''),
    // Late, so that a verb that asks no server also works where no server could be.
    get control() {
      return deps.connect(findPlaces({ data, socket, uid, env, cwd }).socket);
    },
    pack: deps.pack,
    now: deps.now,
    show: (result, lines) => {
      const text = json ? [JSON.stringify(result)] : lines();
      if (text.length > 0) io.stdout.write(`${text.join('\n')}\n`);
    },
    say: (line) => {
      if (!json) io.stdout.write(`${line}\n`);
    },
  };
}

function reachText(flag: string, value: string | undefined, mirrored: string | undefined): string {
  if (value === undefined || value === mirrored) return '';
  return ` --${flag} ${/^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`}`;
}
