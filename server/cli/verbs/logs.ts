/** `windlass logs`: what instances and builds wrote, then or now. */

import type { LogLine } from '../../../shared/deployer/model.ts';
import { WindlassError } from '../../../shared/errors.ts';
import { aimOf } from '../aim.ts';
import { parseSince } from '../since.ts';
import { printable, type Style } from '../style.ts';
import { UsageError } from '../usage-error.ts';
import { appArgument, environmentFlag, type Verb, type VerbContext } from '../verb.ts';

export const logs: Verb = {
  name: 'logs',
  summary: 'show what an app wrote',
  usage: ['logs APP [-f] [--release N] [--grep RE] [--since TIME] [--tail N] [--build] [--env NAME]'],
  about: ['Logs outlive their instances: those of an older or crashed release are found with --release.'],
  examples: [
    { what: 'the newest lines, and those to come', line: 'windlass logs shop -f' },
    { what: 'errors of the last hour', line: 'windlass logs shop --since 1h --grep "error|exception"' },
    { what: 'how release 4 was built', line: 'windlass logs shop --build --release 4' },
  ],
  arguments: [appArgument],
  flags: [
    { name: 'follow', short: 'f', summary: 'stay and print lines as they come' },
    { name: 'release', value: 'N', summary: 'only of this release' },
    { name: 'grep', value: 'RE', summary: 'only lines that match this regular expression' },
    { name: 'since', value: 'TIME', summary: 'only lines since 30m, 1h, 2d or a date' },
    {
      name: 'tail',
      short: 'n',
      value: 'N',
      summary: 'at most this many of the newest lines (default: 1000)',
    },
    { name: 'build', summary: 'what the build wrote, not the app' },
    environmentFlag,
  ],
  run: async (context) => {
    const query = readQuery(context);
    const { io, flags, style } = context;
    const json = flags.on('json');
    try {
      await context.control.stream(
        'logs.read',
        query,
        (line) => io.stdout.write(`${json ? JSON.stringify(line) : lineText(line, style)}\n`),
        io.closed,
      );
    } catch (error) {
      // The reader has what it wanted (`| head`); that is no failure.
      if (!io.closed.aborted) throw error;
    }
    return 0;
  },
};

function readQuery(context: VerbContext) {
  const { flags } = context;
  const release = flags.whole('release', 1, Number.MAX_SAFE_INTEGER);
  const grep = flags.text('grep');
  const since = flags.text('since');
  if (grep !== undefined) checkPattern(grep);
  return {
    ...aimOf(context),
    tail: flags.whole('tail', 0, 100_000) ?? 1000,
    follow: flags.on('follow'),
    kind: flags.on('build') ? ('build' as const) : ('run' as const),
    ...(release === undefined ? {} : { release }),
    ...(grep === undefined ? {} : { grep }),
    ...(since === undefined ? {} : { since: parseSince(since, context.now()) }),
  };
}

function checkPattern(grep: string): void {
  try {
    new RegExp(grep);
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : String(error);
    throw new UsageError(`--grep is not a regular expression: ${why}`);
  }
}

function lineText(line: LogLine, style: Style): string {
  const date = new Date(line.at);
  if (Number.isNaN(date.getTime()))
    throw new WindlassError('failed', 'the server sent a line without a time');
  const time = date.toISOString().slice(0, 23).replace('T', ' ');
  const origin = line.release === null ? line.origin : `${line.origin} r${line.release}`;
  return `${style.dim(`${time} ${origin}`)} ${printable(line.text, style.colour)}`;
}
