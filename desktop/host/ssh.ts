/** One ssh connection: opened with a pinned host key or not at all. The only file that knows `ssh2`. */

import type { Duplex } from 'node:stream';
import ssh2, { type ClientChannel, type ConnectConfig, type Client as Ssh2Client } from 'ssh2';
import type { Auth, HostKey } from '../../shared/desktop/address.ts';
import { WindlassError } from '../../shared/errors.ts';
import { fingerprintOf, sameKey } from './fingerprint.ts';
import { type SshFailure, sshFailure } from './ssh-failure.ts';

export interface SshTarget {
  host: string;
  port: number;
  user: string;
  auth: Auth;
  /** The key the person confirmed; null stops at the key and sends nothing. */
  pinned: HostKey | null;
  password: string | undefined;
  passphrase: string | undefined;
  /** A stream that already leads there, through a machine in between. */
  through: Duplex | null;
}

export interface SshSurroundings {
  /** Path of the agent's socket (or Windows pipe), where one runs. */
  agent: string | undefined;
  /** Text of a private key file; rejects where it cannot be read. */
  readKey(path: string): Promise<string>;
  /** Until the connection stands, ms. */
  timeoutMs: number;
}

/** How a process on the other side ended; `code` null where a signal or a lost connection ended it. */
export interface RemoteExit {
  code: number | null;
}

export interface RemoteProcess {
  /** Its stdin and stdout. */
  readonly stream: Duplex;
  readonly stderr: NodeJS.ReadableStream;
  readonly exited: Promise<RemoteExit>;
}

export interface SshLine {
  /** `command` comes from `commandLine`, nowhere else. */
  exec(command: string): Promise<RemoteProcess>;
  /** Rejects with `WindlassError`: `forbidden` where sshd does not forward, `unavailable` where nobody listens. */
  forwardSocket(path: string): Promise<Duplex>;
  forwardTcp(host: string, port: number): Promise<Duplex>;
  /** Resolves once the connection is over, with why. */
  readonly closed: Promise<SshFailure>;
  close(): void;
}

export type Opening =
  | { kind: 'open'; line: SshLine }
  | { kind: 'fingerprint'; offered: HostKey }
  | { kind: 'key-changed'; pinned: HostKey; offered: HostKey }
  | { kind: 'secret'; secret: 'password' | 'passphrase'; wrong: boolean }
  | { kind: 'failed'; failure: SshFailure };

/** As a shell would say it of a program that a signal ended, whichever. */
const endedBySignal = 128;

/** Never rejects for what can be expected of networks and people. */
export async function openSsh(target: SshTarget, around: SshSurroundings): Promise<Opening> {
  const where = `${target.host}:${target.port}`;
  const failed = (failure: SshFailure): Opening => ({ kind: 'failed', failure });
  const { auth } = target;
  let privateKey: string | null = null;
  if (auth.kind === 'key' && target.pinned !== null) {
    try {
      privateKey = await around.readKey(auth.path);
    } catch {
      return failed({
        cause: 'auth',
        message: `the key ${auth.path} cannot be read`,
        hint: 'Check that the file is there, or choose another key.',
      });
    }
    const parsed = ssh2.utils.parseKey(privateKey, target.passphrase);
    if (parsed instanceof Error) {
      if (/encrypted|passphrase|integrity|bad decrypt/i.test(parsed.message)) {
        return { kind: 'secret', secret: 'passphrase', wrong: target.passphrase !== undefined };
      }
      return failed({
        cause: 'auth',
        message: `${auth.path} is not a private key`,
        hint: 'Choose the private key, the file without .pub at its end.',
      });
    }
  }
  if (auth.kind === 'agent' && target.pinned !== null && around.agent === undefined) {
    return failed({
      cause: 'auth',
      message: 'no ssh agent runs on this computer',
      hint: 'Start one, or choose a key file or a password.',
    });
  }
  if (auth.kind === 'password' && target.pinned !== null && target.password === undefined) {
    return { kind: 'secret', secret: 'password', wrong: false };
  }
  return new Promise((resolve) => {
    const client = new ssh2.Client();
    let offered: HostKey | null = null;
    let settled = false;
    const settle = (opening: Opening) => {
      if (settled) return;
      settled = true;
      if (opening.kind !== 'open') client.destroy();
      resolve(opening);
    };
    const refused = (error: unknown) => {
      if (offered !== null && target.pinned === null) settle({ kind: 'fingerprint', offered });
      else if (offered !== null && target.pinned !== null && !sameKey(offered, target.pinned)) {
        settle({ kind: 'key-changed', pinned: target.pinned, offered });
      } else if (isWrongPassword(error, auth)) settle({ kind: 'secret', secret: 'password', wrong: true });
      else settle(failed(sshFailure(error, where, target.user)));
    };
    client.on('error', refused);
    client.on('close', () => refused(null));
    client.on('keyboard-interactive', (_name, _text, _language, prompts, finish) => {
      finish(prompts.map(({ echo }) => (echo === true ? '' : (target.password ?? ''))));
    });
    client.once('ready', () => {
      const line = lineOver(client, where, target.user);
      settle({ kind: 'open', line });
    });
    client.connect({
      host: target.host,
      port: target.port,
      username: target.user,
      ...(target.through === null ? {} : { sock: target.through }),
      readyTimeout: around.timeoutMs,
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: hostKeyOrder(target.pinned) },
      hostVerifier: (key: Buffer) => {
        offered = fingerprintOf(key);
        return target.pinned !== null && sameKey(offered, target.pinned);
      },
      ...proof(target, around.agent, privateKey),
    } as ConnectConfig);
  });
}

/** True where an agent answers at the path. */
export async function agentAnswers(path: string | undefined): Promise<boolean> {
  if (path === undefined) return false;
  return new Promise((resolve) => {
    ssh2.createAgent(path).getIdentities((error) => resolve(!error));
  });
}

const allKeys = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** A server has several keys: the pinned kind is asked for first, so that another of its own never looks like a change. */
function hostKeyOrder(pinned: HostKey | null): string[] {
  const wanted =
    pinned?.algorithm === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [pinned?.algorithm ?? ''];
  return [
    ...allKeys.filter((name) => wanted.includes(name)),
    ...allKeys.filter((name) => !wanted.includes(name)),
  ];
}

function proof(
  target: SshTarget,
  agent: string | undefined,
  privateKey: string | null,
): Partial<ConnectConfig> {
  // Before the key is confirmed nothing that could identify the person is even at hand.
  if (target.pinned === null) return { authHandler: [] };
  switch (target.auth.kind) {
    case 'agent':
      return { ...(agent === undefined ? {} : { agent }), authHandler: ['agent'] };
    case 'key':
      return {
        ...(privateKey === null ? {} : { privateKey }),
        ...(target.passphrase === undefined ? {} : { passphrase: target.passphrase }),
        authHandler: ['publickey'],
      };
    case 'password':
      return {
        ...(target.password === undefined ? {} : { password: target.password }),
        tryKeyboard: true,
        authHandler: ['password', 'keyboard-interactive'],
      };
  }
}

function isWrongPassword(error: unknown, auth: Auth): boolean {
  return auth.kind === 'password' && Object(error).level === 'client-authentication';
}

function lineOver(client: Ssh2Client, where: string, user: string): SshLine {
  let last: unknown = null;
  const closed = new Promise<SshFailure>((resolve) => {
    client.on('error', (error) => {
      last = error;
    });
    client.once('close', () => resolve(sshFailure(last, where, user)));
  });
  const lost = () => new WindlassError('unavailable', `the connection to ${where} was lost`);
  /** ssh2 throws at once on a connection that is over, and calls back with an error otherwise. */
  const ask = <T>(start: (done: (error: Error | undefined, value: T) => void) => unknown) =>
    Promise.race([
      new Promise<T>((resolve, reject) => {
        start((error, value) => (error ? reject(error) : resolve(value)));
      }),
      closed.then(() => Promise.reject(lost())),
    ]);
  const channel = async (what: string, start: Parameters<typeof ask<ClientChannel>>[0]): Promise<Duplex> => {
    try {
      return await ask(start);
    } catch (cause) {
      if (cause instanceof WindlassError) throw cause;
      // RFC 4254, 5.1: 1 administratively prohibited, 2 connect failed
      const { reason, message } = Object(cause) as { reason?: unknown; message?: string };
      const prohibited = reason === 1 || /prohibited|not supported|strict/i.test(String(message));
      throw new WindlassError(
        prohibited ? 'forbidden' : 'unavailable',
        prohibited ? `${where} does not forward to ${what}` : `nobody answers at ${what} on ${where}`,
        { cause },
      );
    }
  };
  return {
    async exec(command) {
      let stream: ClientChannel;
      try {
        stream = await ask<ClientChannel>((done) => client.exec(command, done));
      } catch (cause) {
        if (cause instanceof WindlassError) throw cause;
        throw new WindlassError('unavailable', `${where} does not run commands for ${user}`, { cause });
      }
      const exited = new Promise<RemoteExit>((resolve) => {
        let code: number | null = null;
        stream.once('exit', (status: number | null) => {
          // Ended by a signal, it has no code of its own; null is left for a line that was cut before anybody said.
          code = typeof status === 'number' ? status : endedBySignal;
        });
        stream.once('close', () => resolve({ code }));
      });
      // A process that ends before it read everything is told by its exit code.
      stream.on('error', () => undefined);
      return { stream, stderr: stream.stderr, exited };
    },
    forwardSocket: (path) => channel(path, (done) => client.openssh_forwardOutStreamLocal(path, done)),
    forwardTcp: (host, port) =>
      channel(`${host}:${port}`, (done) => client.forwardOut('127.0.0.1', 0, host, port, done)),
    closed,
    close: () => client.end(),
  };
}
