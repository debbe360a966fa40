/** One WebSocket on a socket that an HTTP server handed over: messages in, messages out, pings, a bounded backlog. */

import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { createFrameReader, writeFrame } from './web-socket-frames.ts';

export interface WebSocketEvents {
  onText(text: string): void;
  onBinary(bytes: Uint8Array): void;
  /** Once, however it ended. */
  onClose(): void;
}

export interface WebSocketLine {
  sendText(text: string): void;
  drained(): Promise<void>;
  close(): void;
}

/** From RFC 6455, 1.3. */
const acceptSalt = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const mostMessage = 1024 * 1024;
/** A page that reads nothing for so long is gone or hangs. */
const mostUnread = 32 * 1024 * 1024;
const pingMs = 20_000;

/** Answers the handshake. `key` is the request's Sec-WebSocket-Key. */
export function acceptWebSocket(socket: Duplex, key: string, events: WebSocketEvents): WebSocketLine {
  const accept = createHash('sha1').update(`${key}${acceptSalt}`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  const read = createFrameReader(mostMessage);
  let heard = true;
  const ping = setInterval(() => {
    if (!heard) socket.destroy();
    heard = false;
    socket.write(writeFrame('ping', new Uint8Array()));
  }, pingMs);
  const end = (status: number) => {
    const code = Buffer.alloc(2);
    code.writeUInt16BE(status);
    if (socket.writable) socket.end(writeFrame('close', code));
  };
  socket.on('data', (bytes: Buffer) => {
    heard = true;
    for (const frame of read(bytes)) {
      if (frame.kind === 'text') events.onText(frame.text);
      else if (frame.kind === 'binary') events.onBinary(frame.bytes);
      else if (frame.kind === 'ping') socket.write(writeFrame('pong', frame.bytes));
      else if (frame.kind === 'close') end(1000);
      else if (frame.kind === 'fault') end(frame.status);
    }
  });
  // The cause is of no use to anybody: `close` follows and ends all that hangs on it.
  socket.on('error', () => undefined);
  socket.once('end', () => socket.end());
  socket.once('close', () => {
    clearInterval(ping);
    events.onClose();
  });
  return {
    sendText(text) {
      if (!socket.writable) return;
      socket.write(writeFrame('text', Buffer.from(text)));
      if (socket.writableLength > mostUnread) socket.destroy();
    },
    drained: () =>
      new Promise((resolve) => {
        if (!socket.writableNeedDrain || socket.destroyed) return resolve();
        const done = () => {
          socket.off('drain', done).off('close', done);
          resolve();
        };
        socket.once('drain', done).once('close', done);
      }),
    close: () => end(1001),
  };
}
