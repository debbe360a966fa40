/** The head of an answer as text. */

import { STATUS_CODES } from 'node:http';

/** Characters a value may have (RFC 9110, 5.5). */
const sayable = /^[\t\x20-\x7e\x80-\xff]*$/;

let date = '';
let dateAt = 0;

/** `framing`: the line that says how long the body is; empty where the end of the connection does. */
export function answerHead(
  status: number,
  headers: Readonly<Record<string, string>>,
  framing: string,
  keep: boolean,
): string {
  let lines = '';
  for (const name in headers) {
    const value = headers[name] ?? '';
    // A provider's content type, say: what cannot be said is left out rather than become a line of its own.
    if (sayable.test(value)) lines += `${name}: ${value}\r\n`;
  }
  const now = Date.now();
  if (now - dateAt >= 1000) {
    dateAt = now - (now % 1000);
    date = new Date(now).toUTCString();
  }
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines}${framing}date: ${date}\r\n${keep ? '' : 'connection: close\r\n'}\r\n`;
}
