/** One server's own contract, reached through the host. */

import type { ServerContract } from '../../../shared/server-contract.ts';
import type { Client, HostClient } from './host-client.ts';

export type ServerClient = Client<ServerContract>;

export function serverClient(host: HostClient, id: string): ServerClient {
  const client = {
    call: async (method: string, params: unknown, signal?: AbortSignal) =>
      (await host.call('control.call', { id, method, params }, signal)).result,
    stream: async (
      method: string,
      params: unknown,
      onEvent: (event: unknown) => void,
      signal?: AbortSignal,
    ) => (await host.stream('control.stream', { id, method, params }, onEvent, signal)).result,
    upload: async (
      method: string,
      params: unknown,
      body: Blob,
      onSent: (bytes: number) => void,
      signal?: AbortSignal,
    ) => (await host.upload('control.upload', { id, method, params }, body, onSent, signal)).result,
  };
  return client as unknown as ServerClient;
}
