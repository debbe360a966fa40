/** An HTTP/1.1 answer put together from the bytes of a connection, strictly: what is not whole is not an answer. */

export interface Answer {
  status: number;
  body: string;
  /** Whether the server said that it closes the connection. */
  closes: boolean;
}

export type Progress =
  | { kind: 'more' }
  | { kind: 'whole'; answer: Answer; rest: string }
  | { kind: 'broken' };

/** `text` is everything received since the request, as latin1. Needs Content-Length or chunks (RFC 9112, 6). */
export function parseAnswer(text: string): Progress {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return { kind: 'more' };
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(statusLine)?.[1];
  if (status === undefined) return { kind: 'broken' };
  const headers = new Map(
    lines.map((line): [string, string] => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const closes = headers.get('connection')?.toLowerCase() === 'close';
  const content = text.slice(end + 4);
  const length = headers.get('content-length');
  if (length !== undefined) {
    const size = Number(length);
    if (content.length < size) return { kind: 'more' };
    const answer = { status: Number(status), body: content.slice(0, size), closes };
    return { kind: 'whole', answer, rest: content.slice(size) };
  }
  if (headers.get('transfer-encoding') !== 'chunked') return { kind: 'broken' };
  return parseChunks(content, Number(status), closes);
}

function parseChunks(content: string, status: number, closes: boolean): Progress {
  let body = '';
  let at = 0;
  for (;;) {
    const lineEnd = content.indexOf('\r\n', at);
    if (lineEnd < 0) return { kind: 'more' };
    const size = Number.parseInt(content.slice(at, lineEnd), 16);
    if (Number.isNaN(size)) return { kind: 'broken' };
    const from = lineEnd + 2;
    if (content.length < from + size + 2) return { kind: 'more' };
    if (size === 0) {
      return { kind: 'whole', answer: { status, body, closes }, rest: content.slice(from + 2) };
    }
    body += content.slice(from, from + size);
    at = from + size + 2;
  }
}
