/** The head of a request as text, all but its length: made once for the thousands that are the same. */

import type { Origin } from './origin.ts';

/** Characters that no header may have (RFC 9110, 5.5): what would end it and begin another. */
const unsafe = /[^\t\x20-\x7e\x80-\xff]/;

/** Throws for a path or header that would break out of its line: a bug, for values are checked where they come in. */
export function requestHead(
  origin: Origin,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): string {
  let head = `${method} ${origin.prefix}${path} HTTP/1.1\r\nhost: ${origin.authority}\r\n`;
  if (unsafe.test(path) || path.includes(' ')) throw new Error('a path with a line end or space');
  for (const [name, value] of Object.entries(headers)) {
    if (unsafe.test(value) || unsafe.test(name))
      throw new Error(`a header ${JSON.stringify(name)} with a line end`);
    head += `${name}: ${value}\r\n`;
  }
  return head;
}
