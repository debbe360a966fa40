/** The desktop in a browser: the renderer's files, the exchange of the token, and one WebSocket per page to the host. */

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FromHost } from '../../shared/link.ts';
import { pageHeaders } from '../door/content-policy.ts';
import { fillNonce, pageFile } from '../door/page-file.ts';
import type { ServedHost } from '../door/serve-host.ts';
import { createSessions, isOwnHost, isOwnOrigin, type Sessions } from './session.ts';
import { acceptWebSocket, type WebSocketLine } from './web-socket.ts';

export interface HeadlessParts {
  /** The built renderer. */
  folder: string;
  /** 0: any free one. */
  port: number;
  /** A host's end for one page. */
  serve(send: (message: FromHost) => void, drained: () => Promise<void>): ServedHost;
}

export interface HeadlessServer {
  /** With the token in its fragment, which a browser sends to nobody. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const mostToken = 200;

/** Listens on 127.0.0.1 only. */
export async function startHeadless(parts: HeadlessParts): Promise<HeadlessServer> {
  const open = new Set<WebSocketLine>();
  let sessions = createSessions('windlass');
  const http = createServer((request, response) => {
    const { port } = http.address() as AddressInfo;
    answer(request, response, { ...parts, port, sessions }).catch(() => response.destroy());
  });
  http.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const { port } = http.address() as AddressInfo;
    const key = request.headers['sec-websocket-key'];
    const { host, origin, cookie } = request.headers;
    const mayEnter = isOwnOrigin(origin, host, port) && sessions.knows(cookie) && request.url === '/host';
    if (!mayEnter || key === undefined) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const line = acceptWebSocket(socket, key, {
      onText: (text) => served.receive(parseJson(text)),
      // The first four bytes are the question's id, the rest a chunk of its body.
      onBinary: (bytes) => served.receive(readChunk(bytes)),
      onClose: () => {
        open.delete(line);
        served.close();
      },
    });
    open.add(line);
    const served = parts.serve((message) => line.sendText(JSON.stringify(message)), line.drained);
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject).listen(parts.port, '127.0.0.1', resolve);
  });
  const { port } = http.address() as AddressInfo;
  sessions = createSessions(`windlass-${port}`);
  return {
    url: `http://127.0.0.1:${port}/#token=${sessions.token}`,
    port,
    close: () =>
      new Promise((resolve) => {
        for (const line of open) line.close();
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { folder, port, sessions }: HeadlessParts & { sessions: Sessions },
): Promise<void> {
  const nonce = randomBytes(16).toString('base64');
  const [path = ''] = (request.url ?? '').split('?');
  for (const [name, value] of Object.entries(pageHeaders(nonce, path))) response.setHeader(name, value);
  const end = (status: number, text: string) =>
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
  const { host, origin, cookie } = request.headers;
  if (!isOwnHost(host, port)) {
    end(403, 'This address is not one of the desktop.');
    return;
  }
  const { pathname } = new URL(request.url ?? '/', `http://${host}`);
  if (request.method === 'POST' && pathname === '/session') {
    if (!isOwnOrigin(origin, host, port)) return void end(403, 'Only the desktop’s own page may ask this.');
    const given = sessions.exchange(await readShort(request));
    if (given !== null) response.setHeader('set-cookie', given);
    return void end(given === null ? 403 : 200, given === null ? 'That link was used or is wrong.' : 'ok');
  }
  if (request.method !== 'GET') return void end(405, 'This can only be read.');
  if (pathname === '/session') return void end(sessions.knows(cookie) ? 200 : 403, 'see the status');
  const file = pageFile(folder, pathname);
  const content = file === null ? null : await readFile(file.path).catch(() => null);
  if (file === null || content === null) return void end(404, 'There is no such file.');
  response.setHeader('content-type', file.contentType);
  response.end(file.isPage ? fillNonce(content.toString('utf8'), nonce) : content);
}

async function readShort(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > mostToken) return '';
  }
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function readChunk(bytes: Uint8Array): unknown {
  if (bytes.length < 4) return null;
  const id = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return { kind: 'chunk', id, bytes: bytes.subarray(4) };
}
