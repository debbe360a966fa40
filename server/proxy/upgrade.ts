/** WebSockets: the handshake and the bytes after it go through `http-proxy-3`, whose one home this is. */

import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ProxyServer } from 'http-proxy-3';
import type { Target } from '../../shared/proxy/backend.ts';
import { TunnelSocket } from './tunnel-socket.ts';
import type { Visitor } from './visitor.ts';

export interface UpgradeRequest {
  readonly visitor: Visitor;
  /** What the app is to see, byte for byte. */
  readonly path: string;
  /** All field lines for the app but Connection and Upgrade, each with its CRLF. */
  readonly fields: string;
  readonly to: Pick<Target, 'host' | 'port'>;
  readonly connectMs: number;
  /** The first bytes from the app were passed on. */
  onAnswer(status: number): void;
}

/** In all but `relayed` nothing was sent to the client. */
export type UpgradeEnd = 'relayed' | 'unanswered' | 'silent' | 'gone';

export interface Upgrade {
  /** Says goodbye to the client and ends. */
  leave(): void;
  /** Ends an attempt the app has not answered; `ended` is then `silent`. */
  expire(): void;
  /** From the client, after its handshake. */
  readonly bytesIn: number;
  readonly ended: Promise<UpgradeEnd>;
}

let proxy: Promise<ProxyServer> | null = null;

/** Asks the target for a WebSocket and carries it until either side ends. The package is loaded on first use (15 MB). */
export async function openUpgrade(request: UpgradeRequest): Promise<Upgrade> {
  proxy ??= loadProxy();
  const server = await proxy;
  const { visitor, path, to } = request;
  const tunnel = new TunnelSocket(visitor, (status) => request.onAnswer(status));
  const { promise, resolve } = Promise.withResolvers<UpgradeEnd>();
  tunnel.once('close', () => resolve(tunnel.outcome));
  const message = {
    method: 'GET',
    url: path,
    httpVersion: '1.1',
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    headers: { ...headersOf(request.fields), connection: 'Upgrade', upgrade: 'websocket' },
    connection: tunnel,
    socket: tunnel,
  };
  visitor.enterTunnel(tunnel);
  server.ws(
    message as unknown as IncomingMessage,
    tunnel as unknown as Socket,
    Buffer.alloc(0),
    { target: { host: to.host, port: to.port }, connectTimeout: request.connectMs },
    () => tunnel.destroy(),
  );
  return {
    leave: () => tunnel.leave(),
    expire: () => tunnel.expired(),
    get bytesIn() {
      return tunnel.bytesIn;
    },
    ended: promise,
  };
}

async function loadProxy(): Promise<ProxyServer> {
  const { createProxyServer } = await import('http-proxy-3');
  const server = createProxyServer({ xfwd: false, prependPath: false });
  // The package builds the path through a URL, which would normalise it.
  server.on('proxyReqWs', (outgoing: ClientRequest, message: IncomingMessage, socket: Socket) => {
    outgoing.path = message.url ?? '/';
    const tunnel = socket as unknown as TunnelSocket;
    tunnel.once('close', () => {
      if (tunnel.status !== 101) outgoing.destroy();
    });
    // It relays an answer that is no upgrade without waiting for the client to take it.
    outgoing.on('response', (answer: IncomingMessage) => {
      answer.on('data', () => {
        if (!tunnel.writableNeedDrain) return;
        answer.pause();
        tunnel.once('drain', () => answer.resume());
      });
    });
  });
  // Every failure was told to the request's own callback, or to its socket.
  server.on('error', () => undefined);
  return server;
}

/** Names as they came; a repeated field as an array. */
function headersOf(fields: string): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const line of fields.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon === -1) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    const prior = headers[name];
    headers[name] = prior === undefined ? value : [...(Array.isArray(prior) ? prior : [prior]), value];
  }
  return headers;
}
