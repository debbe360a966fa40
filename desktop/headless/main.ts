/** The entry of the desktop without a display: serves it to a browser on this computer and prints the link. */

import { mkdir } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { hostContract } from '../../shared/host-contract.ts';
import type { HostHandlers } from '../door/host-handlers.ts';
import { serveHost } from '../door/serve-host.ts';
import { createHost } from '../host/create-host.ts';
import { keyFrom } from '../host/local-copy/key-file.ts';
import { serverFilesIn } from '../host/server-files.ts';
import { emptyVault } from '../host/vault.ts';
import { readFlags } from './flags.ts';
import { startHeadless } from './headless-server.ts';
import { createSocketHost } from './socket-host.ts';

declare const WINDLASS_VERSION: string;
declare const WINDLASS_PUBLIC_KEY: string;

const read = readFlags(process.argv.slice(2));
if (read.kind === 'wrong') {
  console.error(`error: ${read.message}`);
  process.exit(2);
}
const { renderer, files, port, data, socket } = read.flags;
const { handlers, close } = socket === undefined ? await wholeHost() : socketHost(socket);
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
}).catch(async (error: NodeJS.ErrnoException) => {
  const taken =
    error.code === 'EADDRINUSE' ? `port ${port} is taken; choose another with --port` : error.message;
  console.error(`error: ${taken}.`);
  await close();
  process.exit(1);
});
console.log(`The desktop is at ${server.url}`);
console.log('The link works once; the browser that opens it stays signed in. Ctrl-C stops the desktop.');
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void server
      .close()
      .then(close)
      .finally(() => process.exit(0));
  });
}

async function wholeHost(): Promise<{ handlers: HostHandlers; close(): Promise<void> }> {
  const home = homedir();
  const folder = data ?? join(process.env.XDG_DATA_HOME ?? join(home, '.local/share'), 'windlass-desktop');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const host = await createHost({
    folder,
    home,
    user: userInfo().username,
    agent: process.env.SSH_AUTH_SOCK,
    ...serverFilesIn({ folder: files, version: WINDLASS_VERSION, publicKey: WINDLASS_PUBLIC_KEY }),
    copyKey: keyFrom(join(folder, 'copy.key')),
    vault: emptyVault('In a browser, what you enter is kept in memory until the desktop closes.'),
    now: Date.now,
  });
  // The door parsed the params by the same contract the handlers are typed by.
  return { handlers: host.handlers as unknown as HostHandlers, close: () => host.close() };
}

function socketHost(path: string) {
  return { handlers: createSocketHost(path, Date.now()), close: () => Promise.resolve() };
}
