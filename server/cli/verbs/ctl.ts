/** `windlass ctl`: the control socket on stdin and stdout, for a desktop whose ssh may not forward to it. */

import type { Io } from '../io.ts';
import { parseVerb } from '../parse.ts';
import { findPlaces } from '../places.ts';
import { report } from '../report.ts';
import { UsageError } from '../usage-error.ts';
import type { Verb } from '../verb.ts';

export const ctl: Verb = {
  name: 'ctl',
  summary: 'speak to the control socket over stdin and stdout',
  usage: ['ctl'],
  about: ['Carries the bytes of one connection. The desktop uses it where sshd forbids forwarding.'],
  examples: [{ what: 'from another machine', line: 'ssh root@example.com windlass ctl' }],
  arguments: [],
  flags: [],
  hidden: true,
  run: async () => {
    throw new UsageError('`ctl` comes first on the line', 'Write it as `windlass ctl`.');
  },
};

/** `argv` follows `ctl`. The path of the socket, or the exit code of a line that was wrong. */
export function ctlSocket(
  argv: readonly string[],
  io: Io,
): { kind: 'run'; socket: string } | { kind: 'exit'; code: number } {
  try {
    const { flags } = parseVerb(ctl, argv, io.env);
    const { uid, env, cwd } = io;
    const places = findPlaces({ data: flags.text('data'), socket: flags.text('socket'), uid, env, cwd });
    return { kind: 'run', socket: places.socket };
  } catch (error) {
    return { kind: 'exit', code: report(error, io, false) };
  }
}
