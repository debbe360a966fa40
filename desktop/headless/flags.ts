/** The flags of the headless desktop. Pure. */

import { parseArgs } from 'node:util';

export interface Flags {
  /** The built renderer. */
  renderer: string;
  /** Where the server files lie. */
  files: string;
  /** 0: any free one. */
  port: number;
  /** Where the desktop keeps its own files; undefined: the usual place. */
  data: string | undefined;
  /** Only the server behind this control socket, and no ssh. */
  socket: string | undefined;
}

const text = { type: 'string' } as const;
const usage = 'It knows --port PORT, --data FOLDER and --socket PATH.';

/** `wrong`: what is not understood, with what is. */
export function readFlags(
  argv: readonly string[],
): { kind: 'flags'; flags: Flags } | { kind: 'wrong'; message: string } {
  const wrong = (message: string) => ({ kind: 'wrong', message }) as const;
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        headless: { type: 'boolean' },
        port: text,
        socket: text,
        data: text,
        renderer: text,
        files: text,
      },
    });
    const { renderer, files, data, socket } = values;
    const port = Number(values.port ?? 0);
    if (renderer === undefined || files === undefined) return wrong('--renderer and --files are missing');
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      return wrong(`--port ${values.port} is no port. ${usage}`);
    }
    return { kind: 'flags', flags: { renderer, files, port, data, socket } };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return wrong(`${message.split('. ')[0]}. ${usage}`);
  }
}
