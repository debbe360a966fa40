/** Real servers for tests: Debian with systemd and sshd, one container each. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Auth, Jump, Secrets, Server } from '../../shared/desktop/address.ts';
import type { ConnectionState, ServerState } from '../../shared/desktop/connection.ts';
import type { StepEvent } from '../../shared/desktop/provision.ts';
import { ensureSigned, signingPublicKey } from '../../tools/build/sign.ts';
import { readManifest } from '../../tools/manifest.ts';
import { root, windlassFile } from '../../tools/root.ts';
import {
  hostKeyFile as keyFile,
  hostPassword as password,
  startTestHost as startHost,
  type TestHost,
} from '../../tools/test-host.ts';
import { createHost, type Host } from './create-host.ts';
import type { HostContext } from './handlers.ts';
import type { FindBinary } from './provision/binary.ts';
import { binariesIn } from './provision/find-binary.ts';
import { emptyVault, type Vault } from './vault.ts';

export { hostKeyFile as keyFile, hostPassword as password, type TestHost } from '../../tools/test-host.ts';
export const plain = {
  updates: false,
  sshHardening: false,
  firewall: false,
  docker: false,
  domain: 'localhost',
};
export const hello = join(root, 'examples/hello');

const cleanUps: (() => Promise<unknown>)[] = [];

/** For `afterAll` of each file: ends what it started, the newest first. */
export async function cleanUp(): Promise<void> {
  for (const clean of cleanUps.splice(0).reverse()) await clean();
}

/** A folder that goes with the file's tests. */
export function scratchFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `wl-${name}-`));
  onCleanUp(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Until the file's tests are over. */
export function onCleanUp(clean: () => Promise<unknown>): void {
  cleanUps.push(clean);
}

/** Gone after the file's tests. */
export async function startTestHost(): Promise<TestHost> {
  const host = await startHost();
  onCleanUp(() => host.stop());
  return host;
}

/** The file of this checkout. */
const { version } = await readManifest();
await ensureSigned(windlassFile, 'linux-x64', version);
const realBinary: FindBinary = binariesIn({
  folder: join(root, 'dist'),
  version,
  own: { path: windlassFile, target: 'linux-x64' },
  publicKey: await signingPublicKey(),
});

export interface Desk {
  host: Host;
  folder: string;
  context<E>(emit?: (event: E) => void, signal?: AbortSignal): HostContext<E>;
  now(id: string): ConnectionState | undefined;
  /** Resolves with the first state from now on that is one of these, and fits. */
  until<K extends ConnectionState['kind']>(
    id: string,
    kinds: K | readonly K[],
    fits?: (state: Extract<ConnectionState, { kind: K }>) => boolean,
  ): Promise<Extract<ConnectionState, { kind: K }>>;
  /** Adds the server, compares the fingerprint of each machine on the way, and waits for the line. */
  join(at: TestHost, user?: string, auth?: Auth, more?: { secrets?: Secrets; jump?: Jump }): Promise<Server>;
}

export async function openDesk({
  findBinary = realBinary,
  agent,
  now = Date.now,
  vault = emptyVault('a test keeps nothing'),
}: {
  findBinary?: FindBinary;
  agent?: string;
  now?: () => number;
  vault?: Vault;
} = {}): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), 'desk-'));
  const host = await createHost({
    folder,
    home: folder,
    user: 'tester',
    agent,
    findBinary,
    localProgram: null,
    vault,
    now,
    copyKey: async () => Buffer.alloc(32, 7),
  });
  const stop = new AbortController();
  const latest = new Map<string, ConnectionState>();
  const waiting = new Set<() => void>();
  const context: Desk['context'] = (emit = () => undefined, signal = stop.signal) => ({
    signal,
    emit,
    drained: async () => undefined,
    body: (async function* () {})(),
  });
  const watching = host.handlers['servers.state'](
    {},
    context<ServerState>(({ id, state }) => {
      latest.set(id, state);
      for (const wake of [...waiting]) wake();
    }),
  );
  cleanUps.push(async () => {
    stop.abort();
    await watching;
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const until: Desk['until'] = (id, kinds, fits = () => true) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`never ${kinds}: ${JSON.stringify(latest.get(id))}`)),
        45_000,
      );
      const look = () => {
        const state = latest.get(id);
        if (state === undefined || ![kinds].flat().includes(state.kind as never)) return;
        if (!fits(state as never)) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(state as never);
      };
      waiting.add(look);
      look();
    });
  return {
    host,
    folder,
    context,
    now: (id) => latest.get(id),
    until,
    async join(at, user = 'root', auth = { kind: 'key', path: keyFile }, { secrets, jump } = {}) {
      const server = await host.handlers['servers.add'](
        {
          name: at.name,
          address: {
            kind: 'ssh',
            host: '127.0.0.1',
            // From the machine itself its sshd is where it always is.
            port: jump === undefined ? at.sshPort : 22,
            user,
            auth,
            ...(jump === undefined ? {} : { jump }),
          },
          secrets: secrets ?? (auth.kind === 'password' ? { password } : {}),
        },
        context(),
      );
      for (const hop of jump === undefined ? (['server'] as const) : (['jump', 'server'] as const)) {
        const offered = await until(server.id, 'awaiting-fingerprint', (state) => state.hop === hop);
        const { algorithm, sha256 } = offered;
        await host.handlers['hostkey.confirm']({ id: server.id, hop, algorithm, sha256 }, context());
      }
      await until(server.id, ['control-lost', 'connected']);
      return server;
    },
  };
}

/** The steps that ended, one a line, for people who read the test's output. */
export function stepLines(events: readonly StepEvent[]): string {
  return events
    .flatMap((event) =>
      event.kind === 'ended' && event.changed
        ? [`  ${event.step.padEnd(10)} ${(event.tookMs / 1000).toFixed(1).padStart(5)} s  ${event.message}`]
        : [],
    )
    .join('\n');
}
