/** Where a server keeps its data and its socket, for the server that makes them and the clients that look for them. */

import { isAbsolute, join, resolve } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';

export interface Whereabouts {
  /** `--data` and `--socket` as given, relative to `cwd`. */
  data: string | undefined;
  socket: string | undefined;
  uid: number;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
}

export interface Places {
  data: string;
  socket: string;
}

/** sun_path of unix(7) is 108 bytes with its final zero on Linux, 104 on macOS. */
const longestSocketPath = 103;

/**
 * Root: `/var/lib/windlass` and `/run/windlass/control.sock`. Anyone else: `$XDG_DATA_HOME/windlass` (XDG Base Directory
 * Specification 0.8) with the socket inside. A data folder named by hand always has its socket inside, so that two
 * servers never meet.
 */
export function findPlaces(from: Whereabouts): Places {
  const root = from.uid === 0;
  const data =
    from.data === undefined ? (root ? '/var/lib/windlass' : userData(from)) : resolve(from.cwd, from.data);
  let socket = join(data, 'control.sock');
  if (from.data === undefined && root) socket = '/run/windlass/control.sock';
  if (from.socket !== undefined) socket = resolve(from.cwd, from.socket);
  if (Buffer.byteLength(socket) > longestSocketPath) {
    throw new WindlassError('invalid', `a socket's path has at most ${longestSocketPath} bytes: ${socket}`, {
      hint: 'Name a shorter one with --socket.',
    });
  }
  return { data, socket };
}

function userData(from: Whereabouts): string {
  const base = from.env.XDG_DATA_HOME;
  if (base !== undefined && isAbsolute(base)) return join(base, 'windlass');
  const home = from.env.HOME;
  if (!home) {
    throw new WindlassError(
      'invalid',
      'neither HOME nor XDG_DATA_HOME is set, so there is no place for data',
      {
        hint: 'Name a folder with --data.',
      },
    );
  }
  return join(home, '.local', 'share', 'windlass');
}
