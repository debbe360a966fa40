/** A request as bytes on the wire. */

import type { Origin } from './origin.ts';

/** Characters that no header may have (RFC 9110, 5.5): what would end it and begin another. */
const unsafe = /[^\t\x20-\x7e\x80-\xff]/;

/** Throws for a path or header that would break out of its line: a bug, for values are checked where they come in. */
export function requestBytes(
  origin: Origin,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | string | null,
): Uint8Array {
  let head = `${method} ${origin.prefix}${path} HTTP/1.1\r\nhost: ${origin.authority}\r\n`;
  if (unsafe.test(path) || path.includes(' ')) throw new Error('a path with a line end or space');
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (unsafe.test(value) || unsafe.test(name))
      throw new Error(`a header ${JSON.stringify(name)} with a line end`);
    head += `${name}: ${value}\r\n`;
  }
  if (body === null) return Buffer.from(`${head}\r\n`, 'latin1');
  if (typeof body === 'string') {
    const length = Buffer.byteLength(body, 'utf8');
    head += `content-length: ${length}\r\n\r\n`;
    const bytes = Buffer.allocUnsafe(head.length + length);
    bytes.latin1Write(head, 0);
    bytes.write(body, head.length, 'utf8');
    return bytes;
  }
  head += `content-length: ${body.length}\r\n\r\n`;
  const bytes = Buffer.allocUnsafe(head.length + body.length);
  bytes.latin1Write(head, 0);
  bytes.set(body, head.length);
  return bytes;
}
