/** The near end of a container's terminal: a connection to the engine that turns into the terminal's bytes. */

import { WindlassError } from '../../../shared/errors.ts';

export interface Attached {
  write(bytes: Uint8Array): void;
  close(): void;
}

/** An answer's head is never longer. */
const mostHead = 16 * 1024;

/**
 * Resolves once the engine has switched to the terminal's bytes (`POST /containers/{id}/attach` with `Upgrade: tcp`);
 * attach before the start, so that nothing it shows is missed. Throws `unavailable`.
 */
export async function attachTerminal(
  socket: string,
  api: string,
  container: string,
  onData: (bytes: Uint8Array) => void,
): Promise<Attached> {
  const { promise, resolve, reject } = Promise.withResolvers<Attached>();
  const fail = (why: string) =>
    reject(new WindlassError('unavailable', `Docker opened no terminal: ${why}`, { hint: 'Try again.' }));
  let head: Buffer | null = Buffer.alloc(0);
  let waiting: Uint8Array[] = [];

  const connection = await Bun.connect({
    unix: socket,
    socket: {
      data(near, chunk) {
        if (head === null) {
          onData(new Uint8Array(chunk));
          return;
        }
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) {
          if (head.length > mostHead) near.end();
          return;
        }
        const [status = ''] = head.toString('latin1', 0, end).split('\r\n');
        const rest = new Uint8Array(head.subarray(end + 4));
        head = null;
        if (!/^HTTP\/1\.1 (101|200) /.test(status)) {
          fail(status);
          near.end();
          return;
        }
        resolve({
          write(bytes) {
            waiting.push(bytes);
            flush();
          },
          close: () => near.end(),
        });
        if (rest.length > 0) onData(rest);
      },
      drain: () => flush(),
      close: () => fail('the engine closed the connection'),
      error: (_near, error) => fail(error.message),
    },
  });
  const flush = () => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const sent = Math.max(0, connection.write(next));
      if (sent < next.length) {
        waiting[0] = next.subarray(sent);
        return;
      }
      waiting = waiting.slice(1);
    }
  };
  const query = 'stream=1&stdin=1&stdout=1&stderr=1';
  connection.write(
    `POST /v${api}/containers/${container}/attach?${query} HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n`,
  );
  return promise;
}
