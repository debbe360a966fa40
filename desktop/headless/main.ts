/** The entry of the desktop without a display: serves it to a browser on this computer and prints the link. */

import { parseArgs } from 'node:util';
import { hostContract } from '../../shared/host-contract.ts';
import { serveHost } from '../door/serve-host.ts';
import { startHeadless } from './headless-server.ts';
import { createSocketHost } from './socket-host.ts';

const { values } = parseArgs({
  options: {
    headless: { type: 'boolean' },
    port: { type: 'string', default: '0' },
    socket: { type: 'string' },
    renderer: { type: 'string' },
  },
});
const { renderer, socket } = values;
const port = Number(values.port);
if (renderer === undefined || socket === undefined || !Number.isInteger(port)) {
  console.error('error: usage: --renderer FOLDER --socket PATH [--port PORT].');
  process.exit(2);
}
const handlers = createSocketHost(socket, Date.now());
const server = await startHeadless({
  folder: renderer,
  port,
  serve: (send, drained) =>
    serveHost({
      contract: hostContract,
      handlers,
      send,
      drained,
      onBug: (method, error) => console.error(`bug in ${method}:`, error),
    }),
});
console.log(`The desktop is at ${server.url}`);
console.log('The link works once; the browser that opens it stays signed in. Ctrl-C stops the desktop.');
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close().then(() => process.exit(0)));
}
