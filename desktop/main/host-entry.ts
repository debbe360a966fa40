/** The entry of the host's own process in Electron: answers every page's port. */

import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { MessagePortMain, ParentPort } from 'electron';
import { hostContract } from '../../shared/host-contract.ts';
import type { HostHandlers } from '../door/host-handlers.ts';
import { serveHost } from '../door/serve-host.ts';
import { createHost } from '../host/create-host.ts';
import { serverFilesIn } from '../host/server-files.ts';
import { vaultOver } from './vault-channel.ts';

declare const WINDLASS_VERSION: string;
declare const WINDLASS_PUBLIC_KEY: string;

const { values } = parseArgs({ options: { folder: { type: 'string' }, files: { type: 'string' } } });
const { parentPort } = process as unknown as { parentPort: ParentPort };
const files = values.files ?? join(import.meta.dirname, '../..');
const copyKey = Promise.withResolvers<Buffer>();
const host = await createHost({
  folder: values.folder ?? join(homedir(), '.windlass-desktop'),
  home: homedir(),
  user: userInfo().username,
  agent: process.env.SSH_AUTH_SOCK,
  ...serverFilesIn({ folder: files, version: WINDLASS_VERSION, publicKey: WINDLASS_PUBLIC_KEY }),
  copyKey: () => copyKey.promise,
  vault: vaultOver({
    postMessage: (message) => parentPort.postMessage(message),
    onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
  }),
  now: Date.now,
});
parentPort.on('message', ({ data, ports: [port] }) => {
  if (port !== undefined) answer(port);
  // Only the main process may ask the system for secrets.
  if (data.kind === 'copy-key') copyKey.resolve(Buffer.from(data.key, 'base64'));
});

function answer(port: MessagePortMain): void {
  const served = serveHost({
    contract: hostContract,
    handlers: host.handlers as unknown as HostHandlers,
    send: (message) => port.postMessage(message),
    drained: () => Promise.resolve(),
    onBug: (method, error) => console.error(`bug in ${method}:`, error),
  });
  port.on('message', ({ data }) => served.receive(data));
  port.on('close', () => served.close());
  port.start();
}
