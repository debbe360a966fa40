/** A request on its way to a socket. */

import type { Origin } from './origin.ts';

export interface OutgoingRequest {
  readonly origin: Origin;
  /** Of `requestHead`. */
  readonly head: string;
  readonly body: Uint8Array | string;
}

interface Writable {
  /** Bytes taken; -1 where it is closed. */
  write(bytes: Uint8Array, offset: number, length: number): number;
}

/** Nearly all requests are put together here and leave in one write, without memory of their own. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);
const mostFraming = 40;
/** Of a character in UTF-8, for each unit of a string. */
const mostBytes = 3;

/** What the socket did not take yet, to be sent when it can; null where it took all, 'closed' where it is. */
export function writeRequest(
  socket: Writable,
  { head, body }: OutgoingRequest,
): Uint8Array | null | 'closed' {
  const room = head.length + mostFraming;
  if (typeof body !== 'string' || room + body.length * mostBytes > scratch.length) {
    const bytes = requestBytes(head, body);
    const taken = socket.write(bytes, 0, bytes.length);
    return taken < 0 ? 'closed' : taken === bytes.length ? null : bytes.subarray(taken);
  }
  const length = scratch.write(body, room, 'utf8');
  const framing = framingOf(length);
  const from = room - framing.length - head.length;
  scratch.latin1Write(head, from);
  scratch.latin1Write(framing, room - framing.length);
  const whole = room + length - from;
  const taken = socket.write(scratch, from, whole);
  if (taken < 0) return 'closed';
  return taken === whole ? null : Buffer.from(scratch.subarray(from + taken, from + whole));
}

function requestBytes(head: string, body: Uint8Array | string): Uint8Array {
  const length = typeof body === 'string' ? Buffer.byteLength(body, 'utf8') : body.length;
  const whole = head + framingOf(length);
  const bytes = Buffer.allocUnsafe(whole.length + length);
  bytes.latin1Write(whole, 0);
  if (typeof body === 'string') bytes.write(body, whole.length, 'utf8');
  else bytes.set(body, whole.length);
  return bytes;
}

function framingOf(length: number): string {
  return `content-length: ${length}\r\n\r\n`;
}
