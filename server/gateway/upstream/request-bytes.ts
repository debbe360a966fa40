/** A request as bytes on the wire. */

/** `head` is of `requestHead`. */
export function requestBytes(head: string, body: Uint8Array | string): Uint8Array {
  const length = typeof body === 'string' ? Buffer.byteLength(body, 'utf8') : body.length;
  const whole = `${head}content-length: ${length}\r\n\r\n`;
  const bytes = Buffer.allocUnsafe(whole.length + length);
  bytes.latin1Write(whole, 0);
  if (typeof body === 'string') bytes.write(body, whole.length, 'utf8');
  else bytes.set(body, whole.length);
  return bytes;
}
