/**
 * AWS's event streams (`application/vnd.amazon.eventstream`): binary messages of a prelude of two lengths and a CRC-32,
 * headers, a payload, and a CRC-32 over all of it.
 */

import type { Frame, FrameReader } from '../dialects/dialect.ts';

export const amazonStreamType = 'application/vnd.amazon.eventstream';

const preludeBytes = 12;
const crcBytes = 4;
/** What AWS itself allows. */
const mostMessage = 24 * 1024 * 1024;
/** Bytes of a header's value by its type; those of types 6 and 7 say how long they are. */
const fixed: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];

export function amazonFrames(): FrameReader {
  let kept: Buffer = Buffer.alloc(0);
  return {
    push(bytes) {
      kept = kept.length === 0 ? bytes : Buffer.concat([kept, bytes]);
      const frames: Frame[] = [];
      let at = 0;
      while (kept.length - at >= preludeBytes) {
        const length = kept.readUInt32BE(at);
        if (length < preludeBytes + crcBytes || length > mostMessage)
          throw new Error('a message of the stream has no possible length');
        if (kept.readUInt32BE(at + 8) !== Bun.hash.crc32(kept.subarray(at, at + 8)))
          throw new Error('the stream is damaged');
        if (kept.length - at < length) break;
        frames.push(readMessage(kept.subarray(at, at + length)));
        at += length;
      }
      kept = kept.subarray(at);
      return frames;
    },
    rest: () => {
      if (kept.length > 0) throw new Error('the stream ended within a message');
      return [];
    },
  };
}

/** Its event's name, or that of its exception. */
function readMessage(message: Buffer): Frame {
  const end = message.length - crcBytes;
  if (message.readUInt32BE(end) !== Bun.hash.crc32(message.subarray(0, end)))
    throw new Error('the stream is damaged');
  const headersEnd = preludeBytes + message.readUInt32BE(4);
  if (headersEnd > end) throw new Error('a message of the stream has no possible length');
  const headers = readHeaders(message.subarray(preludeBytes, headersEnd));
  const data = message.toString('utf8', headersEnd, end);
  return { event: headers.get(':event-type') ?? headers.get(':exception-type') ?? '', data };
}

/** Those that are text. */
function readHeaders(bytes: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    const name = bytes.toString('utf8', at + 1, nameEnd);
    const type = bytes.readUInt8(nameEnd);
    at = nameEnd + 1;
    if (type === 6 || type === 7) {
      const length = bytes.readUInt16BE(at);
      at += 2;
      if (type === 7) headers.set(name, bytes.toString('utf8', at, at + length));
      at += length;
    } else {
      const length = fixed[type];
      if (length === undefined) throw new Error('a header of the stream is of no known type');
      at += length;
    }
  }
  return headers;
}
