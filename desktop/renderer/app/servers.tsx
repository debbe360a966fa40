/** The servers the desktop knows, each with the state of the line to it as it changes. */

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { Server } from '../../../shared/desktop/address.ts';
import type { ConnectionState } from '../../../shared/desktop/connection.ts';
import { type Asked, useAsked } from './asked.ts';
import { useDesk } from './desk.ts';
import { type ServerClient, serverClient } from './server-client.ts';

export type KnownServer = Server & { state: ConnectionState };

const context = createContext<Asked<KnownServer[]>>({ value: null, error: null, again: () => undefined });

export function ServersProvider({ children }: { children: ReactNode }) {
  const { host } = useDesk();
  const listed = useAsked('servers', async (signal) => (await host.call('servers.list', {}, signal)).servers);
  const [states, setStates] = useState<Readonly<Record<string, ConnectionState>>>({});
  const { again } = listed;
  useEffect(() => {
    const stop = new AbortController();
    const tell = ({ id, state }: { id: string; state: ConnectionState }) => {
      setStates((before) => ({ ...before, [id]: state }));
      again();
    };
    // When it ends, the host is gone; the shell says so.
    host.stream('servers.state', {}, tell, stop.signal).catch(() => undefined);
    return () => stop.abort();
  }, [host, again]);
  const value = useMemo(
    () => ({
      ...listed,
      value: listed.value?.map((server) => ({ ...server, state: states[server.id] ?? server.state })) ?? null,
    }),
    [listed, states],
  );
  return <context.Provider value={value}>{children}</context.Provider>;
}

export function useServers(): Asked<KnownServer[]> {
  return useContext(context);
}

export function useServerClient(id: string): ServerClient {
  const { host } = useDesk();
  return useMemo(() => serverClient(host, id), [host, id]);
}
