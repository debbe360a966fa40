/** A WebSocket check: the opening handshake and, where asked, one message each way (RFC 6455). */

import { createHash, randomBytes } from 'node:crypto';
import type { Target } from '../../../shared/uptime/check.ts';
import { converse } from '../conversation.ts';
import { destination } from '../destination.ts';
import { failureOf, type Outcome, type ProbeContext } from '../outcome.ts';

export async function probeWebSocket(
  { url, send, contains }: Extract<Target, { kind: 'websocket' }>,
  context: ProbeContext,
): Promise<Outcome> {
  const { hostname, host, port, pathname, search, protocol } = new URL(url);
  const place = await destination(hostname, context);
  if (place.kind === 'none') return place.outcome;
  const startedAt = performance.now();
  const secure = protocol === 'wss:';
  const key = randomBytes(16).toString('base64');
  let open = false;
  try {
    return await converse<Outcome>({
      ...{ address: place.address, port: Number(port) || (secure ? 443 : 80), signal: context.signal },
      ...(secure ? { tls: { name: hostname, strict: true } } : {}),
      hello: [
        `GET ${pathname}${search} HTTP/1.1`,
        `Host: ${host}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${key}`,
        'User-Agent: Windlass-Check',
        '',
        '',
      ].join('\r\n'),
      decide(read, say) {
        const ms = performance.now() - startedAt;
        const end = read.indexOf('\r\n\r\n');
        if (end < 0) return undefined;
        const head = read.subarray(0, end).toString('latin1');
        const fault = handshakeFault(head, key);
        if (fault !== null) return { kind: 'down', ms, why: fault };
        if (!open && send !== undefined) say(frame(0x81, Buffer.from(send)));
        open = true;
        if (contains === undefined) {
          say(frame(0x88, Buffer.from([3, 232])));
          return { kind: 'up', ms, detail: null };
        }
        const found = textsOf(read.subarray(end + 4)).some((text) => text.includes(contains));
        return found ? { kind: 'up', ms, detail: null } : undefined;
      },
    });
  } catch (error) {
    return failureOf(error, context.timeoutMs);
  }
}

function handshakeFault(head: string, key: string): string | null {
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
  if (status !== '101') return `it answered ${status ?? 'something else than HTTP'} instead of 101`;
  // RFC 6455, 4.2.2.
  const wanted = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const accept = /^sec-websocket-accept:\s*(\S+)/im.exec(head)?.[1];
  return accept === wanted ? null : 'its handshake does not fit the question';
}

/** A masked frame of at most 65,535 bytes (RFC 6455, 5.2). */
function frame(first: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const short = payload.length < 126;
  const head = Buffer.alloc(short ? 2 : 4);
  head[0] = first;
  head[1] = 0x80 | (short ? payload.length : 126);
  if (!short) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0))]);
}

function textsOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const second = bytes[at + 1] ?? 0;
    const size = second & 0x7f;
    const head = size < 126 ? 2 : size === 126 ? 4 : 10;
    if (at + head > bytes.length) break;
    const length =
      size < 126 ? size : size === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    if (at + head + length > bytes.length) break;
    texts.push(bytes.subarray(at + head, at + head + length).toString('utf8'));
    at += head + length;
  }
  return texts;
}
