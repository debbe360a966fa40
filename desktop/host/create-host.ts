/** The desktop's host, put together: everything the renderer may ask, answered. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secrets, SshAddress } from '../../shared/desktop/address.ts';
import type { ProvisionOptions } from '../../shared/desktop/provision.ts';
import { WindlassError } from '../../shared/errors.ts';
import { type ControlClient, connectUnix, createControlClient } from './control-client.ts';
import { deployFolder } from './deploy-folder.ts';
import type { HostHandlers } from './handlers.ts';
import { removeCopies } from './local-copy/copy-store.ts';
import { errorsCopyHandlers } from './local-copy/errors-copy.ts';
import { copyHandlers } from './local-copy/handlers.ts';
import { createLocalServer } from './local-server.ts';
import { openLine } from './open-line.ts';
import { startOutsideLook } from './outside-look.ts';
import type { FindBinary } from './provision/binary.ts';
import { createProvisioner, type Subject } from './provisioner.ts';
import { createRemote } from './remote.ts';
import { openServerStore } from './server-store.ts';
import { createServers } from './servers.ts';
import { agentAnswers, type SshSurroundings } from './ssh.ts';
import { hostsIn } from './ssh-config.ts';
import type { Vault } from './vault.ts';

export interface HostOptions {
  /** Where the desktop keeps its own files. */
  folder: string;
  /** The person's home, for `~/.ssh`. */
  home: string;
  /** The person's name on this computer, which ssh takes where none is given. */
  user: string;
  /** The ssh agent's socket (`SSH_AUTH_SOCK`), where one runs. */
  agent: string | undefined;
  findBinary: FindBinary;
  /** The compiled file for this computer; null where none came along. */
  localProgram: string | null;
  /** The 32 bytes copies on this computer are encrypted with. */
  copyKey(): Promise<Buffer>;
  vault: Vault;
  now(): number;
}

export interface Host {
  readonly handlers: HostHandlers;
  /** Ends connections and the server of this computer. */
  close(): Promise<void>;
}

const connectMs = 15_000;
const outsideEveryMs = 60_000;
const plainOptions: ProvisionOptions = {
  updates: false,
  sshHardening: false,
  firewall: false,
  docker: false,
  domain: 'localhost',
};

const localDown = {
  kind: 'control-lost',
  cause: 'stopped',
  message: 'the server of this computer does not run',
  hint: 'Start it.',
} as const;

export async function createHost(options: HostOptions): Promise<Host> {
  const { home, now } = options;
  const copies = join(options.folder, 'copies');
  const store = await openServerStore(join(options.folder, 'servers.json'));
  const around: SshSurroundings = {
    agent: options.agent,
    readKey: (path) => readFile(path.replace(/^~(?=[/\\])/, home), 'utf8'),
    timeoutMs: connectMs,
  };
  const servers = createServers(store, around, now);
  const provisioner = createProvisioner(options.findBinary, now);
  const local = createLocalServer(options.localProgram, join(options.folder, 'local-server'), () => {
    const known = store.all().find(({ address }) => address.kind === 'local');
    if (known !== undefined) servers.tell(known.id, { ...localDown, since: now() });
  });
  const localControl = createControlClient(() => connectUnix(local.socket));
  const control = (id: string): ControlClient =>
    store.get(id).address.kind === 'local' ? localControl : servers.session(id).current().control;
  const subject = (id: string, wish: ProvisionOptions, sudoPassword: string | undefined): Subject => {
    const { address } = store.get(id);
    const open = servers.session(id).current();
    if (address.kind !== 'ssh') throw new Error('only servers behind ssh have a session');
    const passwordLogin = address.auth.kind === 'password';
    return { open, user: address.user, passwordLogin, sudoPassword, options: wish };
  };
  const lastWish = (id: string) => store.get(id).provisioned ?? plainOptions;
  const handlers: HostHandlers = {
    'servers.list': async () => ({ servers: servers.list() }),
    'servers.add': ({ name, address, secrets }) => servers.add(name, address, secrets),
    'servers.rename': ({ id, name }) => servers.change(id, { name }),
    'servers.remove': async ({ id }) => {
      await servers.remove(id);
      await options.vault.remove(id);
      await removeCopies(copies, id);
      return {};
    },
    'servers.test': ({ address, secrets, trusted }) =>
      tryOut(address, secrets ?? {}, trusted ?? null, around),
    'servers.connect': async ({ id, secrets, remember }) => {
      const session = servers.session(id);
      if (secrets !== undefined && remember === true) await options.vault.set(id, secrets);
      session.connect(secrets ?? (await options.vault.get(id)) ?? undefined);
      return {};
    },
    'secrets.keeping': () => options.vault.keeping(),
    'servers.disconnect': async ({ id }) => {
      servers.session(id).disconnect();
      return {};
    },
    'servers.state': async (_, { emit, signal }) => {
      const end = servers.watch(emit);
      await aborted(signal);
      end();
      return {};
    },
    'hostkey.confirm': async ({ id, hop, algorithm, sha256 }) => {
      await servers.confirm(id, hop, { algorithm, sha256 });
      return {};
    },
    'hostkey.forget': async ({ id, hop }) => {
      servers.session(id).disconnect();
      await servers.change(id, hop === 'jump' ? { jumpHostKey: null } : { hostKey: null });
      return {};
    },
    'ssh.suggestions': async () => {
      const folder = join(home, '.ssh');
      const config = await readFile(join(folder, 'config'), 'utf8').catch(() => '');
      const files = await readdir(folder).catch((): string[] => []);
      const keys = files.filter((name) => files.includes(`${name}.pub`)).map((name) => `~/.ssh/${name}`);
      return { hosts: hostsIn(config, options.user), keys, agent: await agentAnswers(options.agent) };
    },

    'provision.plan': ({ id, options: wish, sudoPassword }) =>
      provisioner.plan(subject(id, wish, sudoPassword)),
    'provision.apply': async ({ id, options: wish, sudoPassword }, { emit, signal }) => {
      const result = await provisioner.apply(subject(id, wish, sudoPassword), emit, signal);
      await servers.change(id, { provisioned: wish });
      servers.session(id).look();
      return result;
    },
    'provision.verify': ({ id, sudoPassword }) => provisioner.verify(subject(id, lastWish(id), sudoPassword)),
    'provision.upgrade': async ({ id, sudoPassword }, { emit }) => {
      const result = await provisioner.upgrade(subject(id, lastWish(id), sudoPassword), emit);
      servers.session(id).look();
      return result;
    },
    'provision.uninstall': async ({ id, data, sudoPassword }, { emit }) => {
      const result = await provisioner.uninstall(subject(id, lastWish(id), sudoPassword), data, emit);
      await servers.change(id, { provisioned: null });
      servers.session(id).look();
      return result;
    },

    'control.call': async ({ id, method, params }, { signal }) => ({
      result: await control(id).call(method, params, signal),
    }),
    'control.stream': async ({ id, method, params }, { signal, emit, drained }) => ({
      result: await control(id).stream(method, params, emit, signal, drained),
    }),
    'control.upload': async ({ id, method, params }, { signal, body }) => ({
      result: await control(id).upload(method, params, body, signal),
    }),
    'control.deployFolder': ({ id, ...what }, { signal, emit }) =>
      deployFolder(control(id), what, emit, signal),

    ...copyHandlers({ folder: copies, key: options.copyKey, control, now }),
    ...errorsCopyHandlers({ folder: copies, key: options.copyKey, control, now }),

    'local.start': async (_, { signal }) => {
      await local.start();
      const known = store.all().find(({ address }) => address.kind === 'local');
      const server = known ?? (await servers.add('This computer', { kind: 'local' }, undefined));
      const info = Object(await localControl.call('server.info', {}, signal)) as { version: unknown };
      servers.tell(server.id, {
        kind: 'connected',
        since: now(),
        via: 'local',
        version: String(info.version),
      });
      return server;
    },
    'local.stop': async () => {
      await local.stop();
      return {};
    },
    'local.status': async (_, { signal }) => {
      const status = local.status();
      if (status.kind !== 'running') return status;
      const info = (await localControl.call('server.info', {}, signal).catch(() => null)) as {
        http: string | null;
      } | null;
      return { ...status, http: info?.http ?? null };
    },
  };
  const outside = startOutsideLook({
    reachable: () =>
      servers
        .list()
        .filter(({ address, state }) => address.kind === 'ssh' && state.kind === 'connected')
        .map(({ id }) => ({ id, control: control(id) })),
    from: `the desktop of ${options.user}`,
    everyMs: outsideEveryMs,
  });
  return {
    handlers,
    async close() {
      outside.stop();
      servers.close();
      await local.stop();
      localControl.close();
    },
  };
}

async function tryOut(
  address: SshAddress,
  secrets: Secrets,
  trusted: { algorithm: string; sha256: string } | null,
  around: SshSurroundings,
) {
  if (address.jump !== undefined) {
    throw new WindlassError('invalid', 'a server behind another one is tried by adding it');
  }
  const opening = await openLine({ address, hostKey: trusted, jumpHostKey: null, secrets }, around);
  if (opening.kind === 'open') {
    const ran = await createRemote(opening.line, () => ({ kind: 'none' })).run('uname -sr');
    opening.line.close();
    return { kind: 'reached' as const, system: ran.out.trim() };
  }
  const { event } = opening;
  switch (event.kind) {
    case 'fingerprint':
      return { kind: 'fingerprint' as const, hop: event.hop, ...event.offered };
    case 'failed':
      return { ...event, kind: 'failed' as const };
    case 'key-changed':
      return {
        kind: 'failed' as const,
        cause: 'host-key-changed' as const,
        message: 'the server identifies itself with another key than the one that was compared',
        hint: 'Compare the fingerprint again.',
      };
    default:
      return {
        kind: 'failed' as const,
        cause: 'auth' as const,
        message: 'a password or passphrase is needed, or the one given is wrong',
        hint: 'Enter it and try again.',
      };
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
