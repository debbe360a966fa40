/** One server's line, kept up: runs the connection machine and does what it says. */

import type { HostKey, Secrets } from '../../shared/desktop/address.ts';
import type { ConnectionState } from '../../shared/desktop/connection.ts';
import { WindlassError } from '../../shared/errors.ts';
import {
  type Connection,
  type ConnectionEffect,
  type ConnectionEvent,
  nextConnection,
  startConnection,
} from './connection-machine.ts';
import { type ControlClient, createControlClient } from './control-client.ts';
import { diagnose } from './diagnose.ts';
import { type LineWish, openLine } from './open-line.ts';
import { createRemote, findElevation } from './remote.ts';
import type { SshLine, SshSurroundings } from './ssh.ts';
import { createTunnel, type Tunnel } from './tunnel.ts';

export type ElevationKind = 'root' | 'sudo' | 'sudo-password' | 'none';

/** A line that stands. */
export interface OpenServer {
  line: SshLine;
  control: ControlClient;
  elevation: ElevationKind;
  tunnel: Tunnel;
}

export interface Session {
  state(): ConnectionState;
  connect(secrets: Secrets | undefined): void;
  disconnect(): void;
  /** Throws `unavailable` where no line stands now. */
  current(): OpenServer;
  /** Look at the control socket now, e.g. after it was installed. */
  look(): void;
  /** The key that was offered and waits for the person. */
  offered(): { hop: 'server' | 'jump'; key: HostKey } | null;
  close(): void;
}

export interface SessionParts {
  wish(): Omit<LineWish, 'secrets'>;
  around: SshSurroundings;
  now(): number;
  onState(state: ConnectionState): void;
}

export function createSession({ wish, around, now, onState }: SessionParts): Session {
  let connection: Connection = startConnection;
  let open: OpenServer | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  // A line that was given up may still answer; what it says is for nobody.
  let generation = 0;
  let secrets: Secrets = {};

  const happened = (event: ConnectionEvent) => {
    const { to, effects } = nextConnection(connection, event, now());
    const before = connection.shown;
    connection = to;
    if (JSON.stringify(to.shown) !== JSON.stringify(before)) onState(to.shown);
    for (const effect of effects) act(effect);
  };
  const act = (effect: ConnectionEffect) => {
    switch (effect.kind) {
      case 'open':
        void begin();
        return;
      case 'close':
        generation += 1;
        open?.control.close();
        open?.line.close();
        open = null;
        return;
      case 'ask':
        void ask();
        return;
      case 'wait':
        if (timer !== null) clearTimeout(timer);
        timer = setTimeout(() => happened({ kind: 'due' }), effect.ms);
        return;
      case 'stop-waiting':
        if (timer !== null) clearTimeout(timer);
        timer = null;
    }
  };
  const begin = async () => {
    generation += 1;
    const mine = generation;
    const opening = await openLine({ ...wish(), secrets }, around);
    if (mine !== generation) {
      if (opening.kind === 'open') opening.line.close();
      return;
    }
    if (opening.kind === 'stopped') {
      happened(opening.event);
      return;
    }
    const { line } = opening;
    void line.closed.then((failure) => {
      if (mine === generation) happened({ kind: 'failed', ...failure });
    });
    const elevation = await findElevation(line).catch((): ElevationKind => 'none');
    if (mine !== generation) return;
    const tunnel = createTunnel(line, elevation === 'root');
    open = { line, tunnel, elevation, control: createControlClient(() => tunnel.open()) };
    happened({ kind: 'opened' });
  };
  const ask = async () => {
    const mine = generation;
    const at = open;
    if (at === null) return;
    const event = await lookAt(at);
    if (mine === generation && event !== null) happened(event);
  };
  return {
    state: () => connection.shown,
    connect(given) {
      secrets = { ...secrets, ...given };
      happened({ kind: 'connect' });
    },
    disconnect: () => happened({ kind: 'disconnect' }),
    current() {
      if (open !== null) return open;
      throw new WindlassError('unavailable', 'there is no connection to this server now', {
        hint: 'Connect first.',
      });
    },
    look: () => void ask(),
    offered() {
      const { shown } = connection;
      if (shown.kind !== 'awaiting-fingerprint') return null;
      return { hop: shown.hop, key: { algorithm: shown.algorithm, sha256: shown.sha256 } };
    },
    close() {
      happened({ kind: 'disconnect' });
      secrets = {};
    },
  };
}

const answerMs = 5000;

async function lookAt({ control, line, tunnel }: OpenServer): Promise<ConnectionEvent | null> {
  try {
    const info = await control.call('server.info', {}, AbortSignal.timeout(answerMs));
    return { kind: 'control-up', via: tunnel.via, version: String(Object(info).version) };
  } catch {
    try {
      return { kind: 'control-down', ...(await diagnose(createRemote(line, () => ({ kind: 'none' })))) };
    } catch {
      // The line itself went away; its own end says so.
      return null;
    }
  }
}
