/**
 * Reads what an app was sent, as strictly as the strictest app would and independently of the proxy's own parser, and
 * says where it is not in order.
 */

export interface Testimony {
  /** Requests whose heads came whole. */
  readonly requests: number;
  /** What no app should ever get to see. */
  readonly faults: readonly string[];
}

const requestLine = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ (?:\/[\x21-\x7e\x80-\xff]*|\*) HTTP\/1\.1$/;
const fieldLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e\x80-\xff]*)$/;
const onceOnly = [
  'host',
  'content-length',
  'transfer-encoding',
  'x-forwarded-for',
  'x-forwarded-proto',
  'forwarded',
];

/** `text`: all bytes of one connection to the app, which may end anywhere. */
export function witness(text: string): Testimony {
  const faults: string[] = [];
  let requests = 0;
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\r\n\r\n', at);
    if (end === -1) {
      if (/[\0\x7f]|\r(?!\n|$)|(?<!\r)\n/.test(text.slice(at)))
        faults.push('an unfinished head with bad bytes');
      break;
    }
    requests++;
    const head = readHead(text.slice(at, end), faults);
    at = bodyEnd(text, end + 4, head, faults);
    if (at === -1) break;
  }
  return { requests, faults: faults.map((fault) => `${fault} in ${JSON.stringify(text.slice(0, 600))}`) };
}

function readHead(head: string, faults: string[]): ReadonlyMap<string, string> {
  const [first = '', ...lines] = head.split('\r\n');
  if (!requestLine.test(first)) faults.push(`request line ${JSON.stringify(first)}`);
  if (/ \/\.windlass(?:[/? ])/.test(first)) faults.push("a path that is the server's own");
  const fields = new Map<string, string>();
  for (const line of lines) {
    const parts = fieldLine.exec(line);
    const name = parts?.[1]?.toLowerCase() ?? '';
    if (parts === null) faults.push(`field line ${JSON.stringify(line)}`);
    else if (onceOnly.includes(name) && fields.has(name)) faults.push(`two of ${name}`);
    if (name === 'keep-alive' || name === 'proxy-connection' || name === 'windlass-probe')
      faults.push(`${name} passed on`);
    fields.set(name, (parts?.[2] ?? '').trim());
  }
  if (!fields.has('host')) faults.push('no Host');
  if (fields.has('content-length') && fields.has('transfer-encoding')) faults.push('two ways of framing');
  return fields;
}

/** The index after the body; -1 where the connection ended within it, or it is malformed. */
function bodyEnd(text: string, start: number, fields: ReadonlyMap<string, string>, faults: string[]): number {
  const coding = fields.get('transfer-encoding');
  if (coding === undefined) {
    const length = fields.get('content-length') ?? '0';
    if (!/^\d+$/.test(length)) faults.push(`Content-Length ${JSON.stringify(length)}`);
    const end = start + Number(length);
    return end > text.length ? -1 : end;
  }
  if (coding !== 'chunked') faults.push(`Transfer-Encoding ${JSON.stringify(coding)}`);
  let at = start;
  for (;;) {
    const eol = text.indexOf('\r\n', at);
    if (eol === -1) return -1;
    const size = /^([0-9A-Fa-f]{1,15})(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?$/.exec(text.slice(at, eol))?.[1];
    if (size === undefined) {
      faults.push(`chunk size ${JSON.stringify(text.slice(at, eol).slice(0, 80))}`);
      return -1;
    }
    const length = Number.parseInt(size, 16);
    if (length === 0) return trailersEnd(text, eol + 2, faults);
    at = eol + 2 + length;
    if (at + 2 > text.length) return -1;
    if (text.slice(at, at + 2) !== '\r\n') {
      faults.push('a chunk that is longer than it says');
      return -1;
    }
    at += 2;
  }
}

function trailersEnd(text: string, start: number, faults: string[]): number {
  let at = start;
  for (;;) {
    const eol = text.indexOf('\r\n', at);
    if (eol === -1) return -1;
    if (eol === at) return eol + 2;
    if (!fieldLine.test(text.slice(at, eol))) faults.push(`trailer ${JSON.stringify(text.slice(at, eol))}`);
    at = eol + 2;
  }
}
