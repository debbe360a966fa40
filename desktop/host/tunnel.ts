/** A byte stream to the server's control socket: forwarded by sshd, or where it may not, carried by `windlass ctl`. */

import type { Duplex } from 'node:stream';
import { WindlassError } from '../../shared/errors.ts';
import { commandLine } from './command-line.ts';
import type { SshLine } from './ssh.ts';

const remoteSocket = '/run/windlass/control.sock';
const program = '/usr/local/bin/windlass';

export interface Tunnel {
  /** A new stream each time. */
  open(): Promise<Duplex>;
  /** How the last one went through. */
  readonly via: 'forward' | 'bridge';
}

/** The socket is root's alone: anyone else may start just the one command that carries it. */
export function createTunnel(line: SshLine, isRoot: boolean): Tunnel {
  let via: 'forward' | 'bridge' = isRoot ? 'forward' : 'bridge';
  const argv = isRoot ? [program, 'ctl'] : ['sudo', '-n', '--', program, 'ctl'];
  const bridge = async (): Promise<Duplex> => {
    const child = await line.exec(commandLine(argv));
    // What it says is found out by looking at the server; unread, it would stop the stream.
    child.stderr.resume();
    return child.stream;
  };
  return {
    get via() {
      return via;
    },
    async open() {
      if (via === 'bridge') return bridge();
      try {
        return await line.forwardSocket(remoteSocket);
      } catch (error) {
        if (!(error instanceof WindlassError)) throw error;
        // OpenSSH says the same of a socket it may not forward to as of one where nobody listens.
        if (error.code !== 'forbidden' && !(await isThere(line))) throw error;
        via = 'bridge';
        return bridge();
      }
    },
  };
}

async function isThere(line: SshLine): Promise<boolean> {
  const child = await line.exec(commandLine(['test', '-S', remoteSocket]));
  child.stream.resume();
  child.stderr.resume();
  return (await child.exited).code === 0;
}
