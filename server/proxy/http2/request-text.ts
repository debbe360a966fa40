/** A request that came by HTTP/2 (RFC 9113, 8), as the text of the HTTP/1.1 request that means the same. */

export type RequestText =
  | { kind: 'request'; text: string; method: string; framing: 'none' | 'length' | 'chunked'; length: number }
  /** Malformed (RFC 9113, 8.1.1): the stream is reset and nothing goes on. */
  | { kind: 'malformed' };

/** Belong to one connection and must not come by HTTP/2 (RFC 9113, 8.2.2). */
const ofConnections = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

const malformed: RequestText = { kind: 'malformed' };
const token = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const method = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * `raw`: names and values in turn, as they came. `ended`: no body follows. Everything is checked again by the parser of
 * HTTP/1.1; what is refused here is what could end a line there, or what only this version forbids.
 */
export function requestText(raw: readonly string[], ended: boolean): RequestText {
  const pseudo = new Map<string, string>();
  const cookies: string[] = [];
  let fields = '';
  let host: string | null = null;
  let length = -1;
  let regular = false;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const value = raw[at + 1] ?? '';
    if (/[\0\r\n]|^[ \t]|[ \t]$|[^\x00-\xff]/.test(value)) return malformed;
    if (name.startsWith(':')) {
      // Before all others, and each once (RFC 9113, 8.3).
      if (regular || pseudo.has(name)) return malformed;
      pseudo.set(name, value);
      continue;
    }
    regular = true;
    if (!token.test(name) || ofConnections.has(name)) return malformed;
    switch (name) {
      case 'te':
        if (value.toLowerCase() !== 'trailers') return malformed;
        fields += 'TE: trailers\r\n';
        break;
      case 'host':
        if (host !== null) return malformed;
        host = value;
        break;
      case 'cookie':
        // Split for compression's sake; one again for an app (RFC 9113, 8.2.3).
        cookies.push(value);
        break;
      case 'content-length':
        if (length !== -1 || !/^\d{1,15}$/.test(value)) return malformed;
        length = Number(value);
        break;
      default:
        fields += `${name}: ${value}\r\n`;
    }
  }
  return assemble(pseudo, fields, host, cookies, length, ended);
}

function assemble(
  pseudo: ReadonlyMap<string, string>,
  fields: string,
  host: string | null,
  cookies: readonly string[],
  length: number,
  ended: boolean,
): RequestText {
  const verb = pseudo.get(':method') ?? '';
  const path = pseudo.get(':path') ?? '';
  const scheme = pseudo.get(':scheme');
  const authority = pseudo.get(':authority') ?? host ?? '';
  const known = [':method', ':path', ':scheme', ':authority'];
  if ([...pseudo.keys()].some((name) => !known.includes(name))) return malformed;
  if (!method.test(verb) || verb === 'CONNECT' || scheme === undefined || authority === '') return malformed;
  if (!/^(?:\/[\x21-\x7e\x80-\xff]*|\*)$/.test(path)) return malformed;
  // Two names for one place are two readings of one request (RFC 9113, 8.3.1).
  if (host !== null && host.toLowerCase() !== authority.toLowerCase()) return malformed;
  if (ended && length > 0) return malformed;
  const framing = ended ? 'none' : length === -1 ? 'chunked' : 'length';
  const frame =
    length !== -1 ? `Content-Length: ${length}\r\n` : ended ? '' : 'Transfer-Encoding: chunked\r\n';
  const cookie = cookies.length === 0 ? '' : `cookie: ${cookies.join('; ')}\r\n`;
  return {
    kind: 'request',
    method: verb,
    framing,
    length,
    // One request a stream, and a stream is never used again.
    text: `${verb} ${path} HTTP/1.1\r\nHost: ${authority}\r\n${fields}${cookie}${frame}Connection: close\r\n\r\n`,
  };
}
