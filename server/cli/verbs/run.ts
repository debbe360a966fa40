/** `windlass run`: one command beside the app, its output here, its exit code ours. */

import { constants } from 'node:os';
import { WindlassError } from '../../../shared/errors.ts';
import { aimOf } from '../aim.ts';
import { UsageError } from '../usage-error.ts';
import { appArgument, environmentFlag, type Verb } from '../verb.ts';

/** Exit code of a person's Ctrl-C, as shells have it (128 + SIGINT). */
const interrupted = 130;

export const run: Verb = {
  name: 'run',
  summary: 'run a command in the live release, with its variables',
  usage: ['run APP [--env NAME] -- COMMAND ARGS…'],
  about: [
    'Same files, variables, volumes and limits as the app, in a process of its own and without a port.',
    "Exits with the command's own code. Ctrl-C ends the command.",
  ],
  examples: [
    { what: 'a script of the app', line: 'windlass run shop -- node scripts/report.js --month 3' },
    { what: 'with a pipe, by a shell of its own', line: "windlass run shop -- sh -c 'env | sort'" },
  ],
  arguments: [appArgument, { name: 'COMMAND', required: true, rest: true }],
  flags: [environmentFlag],
  run: async (context) => {
    const aim = aimOf(context);
    const argv = context.args.slice(1);
    if (argv.length === 0) throw new UsageError('which command?', 'See `windlass help run`.');
    const { io, flags } = context;
    const json = flags.on('json');
    const aborted = new AbortController();
    const release = io.onInterrupt(() => aborted.abort());
    try {
      const end = await context.control.stream(
        'commands.run',
        { ...aim, argv: [...argv] },
        (event) => io.stdout.write(`${json ? JSON.stringify(event) : event.text}\n`),
        AbortSignal.any([aborted.signal, io.closed]),
      );
      if (json) io.stdout.write(`${JSON.stringify(end)}\n`);
      if (end.oomLimit !== null) {
        throw new WindlassError(
          'limit',
          `the command ran out of memory at ${Math.round(end.oomLimit / 1024 ** 2)} MB`,
          { hint: 'Raise "limits.memory" in windlass.json.' },
        );
      }
      return end.code ?? 128 + signalNumber(end.signal);
    } catch (error) {
      if (io.closed.aborted) return 0;
      if (aborted.signal.aborted) return interrupted;
      throw error;
    } finally {
      release();
    }
  },
};

/** A command that a signal ended says so as shells do: 128 and the signal's number. */
function signalNumber(name: string | null): number {
  const found = Object.entries(constants.signals).find(([each]) => each === name);
  return found?.[1] ?? 0;
}
