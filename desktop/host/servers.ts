/** The servers a person has: remembered, each with a session, and whoever watches told of every change. */

import { randomBytes } from 'node:crypto';
import type { Address, HostKey, Secrets, Server } from '../../shared/desktop/address.ts';
import type { ConnectionState, ServerState } from '../../shared/desktop/connection.ts';
import { WindlassError } from '../../shared/errors.ts';
import { sameKey } from './fingerprint.ts';
import type { ServerStore } from './server-store.ts';
import { createSession, type Session } from './session.ts';
import type { SshSurroundings } from './ssh.ts';

export interface Servers {
  list(): (Server & { state: ConnectionState })[];
  add(name: string, address: Address, secrets: Secrets | undefined): Promise<Server>;
  change(id: string, change: Partial<Server>): Promise<Server>;
  remove(id: string): Promise<void>;
  /** Throws `not-found`; `invalid` for the server of this computer, which has none. */
  session(id: string): Session;
  /** Pins what waits for the person, where it is still what they compared, and connects. */
  confirm(id: string, hop: 'server' | 'jump', key: HostKey): Promise<void>;
  /** The state of the server of this computer, which no session knows. */
  tell(id: string, state: ConnectionState): void;
  watch(listener: (state: ServerState) => void): () => void;
  close(): void;
}

export function createServers(store: ServerStore, around: SshSurroundings, now: () => number): Servers {
  const sessions = new Map<string, Session>();
  const localStates = new Map<string, ConnectionState>();
  const listeners = new Set<(state: ServerState) => void>();
  const announce = (state: ServerState) => {
    for (const listener of [...listeners]) listener(state);
  };
  const sessionOf = (id: string): Session => {
    const { address } = store.get(id);
    if (address.kind === 'local') {
      throw new WindlassError('invalid', 'this computer needs no connection and no set-up');
    }
    const known = sessions.get(id);
    if (known !== undefined) return known;
    const session = createSession({
      wish() {
        const entry = store.get(id);
        if (entry.address.kind !== 'ssh') throw new Error('an address does not change its kind');
        const { hostKey, jumpHostKey } = entry;
        return { address: entry.address, hostKey, jumpHostKey };
      },
      around,
      now,
      onState: (state) => announce({ id, state }),
    });
    sessions.set(id, session);
    return session;
  };
  const stateOf = (id: string): ConnectionState =>
    localStates.get(id) ?? sessions.get(id)?.state() ?? { kind: 'disconnected' };
  return {
    list: () => store.all().map((server) => ({ ...server, state: stateOf(server.id) })),
    async add(name, address, secrets) {
      const twin = store.all().find((each) => placeOf(each.address) === placeOf(address));
      if (twin !== undefined) {
        throw new WindlassError('conflict', `${placeOf(address)} is there already, as "${twin.name}"`, {
          hint: 'Remove that one first, or use it.',
        });
      }
      const id = address.kind === 'local' ? 'local' : randomBytes(6).toString('hex');
      const server: Server = {
        id,
        name,
        address,
        hostKey: null,
        jumpHostKey: null,
        addedAt: now(),
        provisioned: null,
      };
      await store.put(server);
      if (address.kind === 'ssh') sessionOf(id).connect(secrets);
      else announce({ id, state: stateOf(id) });
      return server;
    },
    async change(id, change) {
      const entry = { ...store.get(id), ...change };
      await store.put(entry);
      return entry;
    },
    async remove(id) {
      store.get(id);
      sessions.get(id)?.close();
      sessions.delete(id);
      localStates.delete(id);
      await store.remove(id);
    },
    session: sessionOf,
    async confirm(id, hop, key) {
      const waiting = sessionOf(id).offered();
      if (waiting === null || waiting.hop !== hop || !sameKey(waiting.key, key)) {
        throw new WindlassError('conflict', 'the server no longer offers the key that was compared', {
          hint: 'Connect again, and compare the fingerprint it shows now.',
        });
      }
      await store.put({
        ...store.get(id),
        ...(hop === 'jump' ? { jumpHostKey: waiting.key } : { hostKey: waiting.key }),
      });
      sessionOf(id).connect(undefined);
    },
    tell(id, state) {
      localStates.set(id, state);
      announce({ id, state });
    },
    watch(listener) {
      listeners.add(listener);
      for (const { id } of store.all()) listener({ id, state: stateOf(id) });
      return () => listeners.delete(listener);
    },
    close() {
      for (const session of sessions.values()) session.close();
      sessions.clear();
      listeners.clear();
    },
  };
}

function placeOf(address: Address): string {
  return address.kind === 'local' ? 'this computer' : `${address.user}@${address.host}:${address.port}`;
}
