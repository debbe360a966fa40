/** The frames of HTTP/2 by number (RFC 9113, 4 and 6), and the words its sides end things with (7). */

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

export const frameTypes = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  promise: 5,
  ping: 6,
  goAway: 7,
  window: 8,
  continuation: 9,
} as const;

export const flags = {
  endStream: 0x1,
  acknowledged: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
  priority: 0x20,
} as const;

export const errorCodes = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  compression: 9,
  calm: 11,
} as const;

/** Bytes of a frame before its payload. */
export const headBytes = 9;

/** Payload of a frame, both ways, until a side says otherwise (RFC 9113, 6.5.2). We never do. */
export const mostPayload = 16_384;
