/** The head of an HTTP/1 request, parsed strictly (RFC 9112): whatever two servers could read differently is refused. */

import { colonAt, endOfField, FieldTable, lists, token, trimmed, without, withoutNamed } from './field.ts';
import { parseTarget } from './request-target.ts';

/** Why a head is refused; the connection is closed after the answer and nothing of the request is forwarded. */
export class HeadRefusal {
  constructor(
    readonly status: 400 | 405 | 414 | 417 | 431 | 505,
    /** For the log of a test or a person at a terminal; never shown to visitors. */
    readonly reason: string,
  ) {}
}

/** What a request's head says. Strings hold one byte a character (latin1), as they came. */
export class RequestHead {
  method = '';
  /** In origin-form, or `*`. */
  path = '';
  minor: 0 | 1 = 1;
  /** Host field, or the authority of an absolute-form target (RFC 9112 section 3.2.2); empty where there is none. */
  host = '';
  hasHost = false;
  /** -1 where there is none. */
  contentLength = -1;
  chunked = false;
  /** The Connection field in lower case, members joined by commas. */
  connection = '';
  upgrade = '';
  expectsContinue = false;
  wantsTrailers = false;
  accept = '';
  userAgent = '';
  referrer = '';
  requestId = '';
  probe = '';
  forwardedFor = '';
  forwardedProto = '';
  forwardedHost = '';
  forwarded = '';
  /** The lines to pass on, byte for byte and in order, each with its CRLF. */
  fields = '';

  /** Whether the client keeps the connection open after this exchange (RFC 9112 section 9.3). */
  get keepsAlive(): boolean {
    if (this.connection === '') return this.minor === 1;
    if (lists(this.connection, 'close')) return false;
    return this.minor === 1 || lists(this.connection, 'keep-alive');
  }

  /** Whether this asks for a WebSocket (RFC 6455 section 4.1); other upgrades are not offered and so ignored. */
  get wantsWebSocket(): boolean {
    return (
      this.upgrade !== '' &&
      this.method === 'GET' &&
      this.minor === 1 &&
      this.upgrade.toLowerCase() === 'websocket' &&
      lists(this.connection, 'upgrade')
    );
  }
}

/** Fields of one head; browsers send about 20, and each costs more than its bytes. */
const maxFields = 256;

/** Longest request line taken, in bytes; beyond it the answer is 414. */
export const maxRequestLine = 16_384;

type Take = (head: RequestHead, value: string) => 'keep' | 'drop' | HeadRefusal;

/** Fields read here, and whether their line is passed on. All others are. */
const takes = new FieldTable<Take>([
  ['host', takeHost],
  ['content-length', takeContentLength],
  ['transfer-encoding', takeTransferEncoding],
  ['connection', takeConnection],
  ['expect', takeExpect],
  ['accept', keep((head, value) => (head.accept ||= value))],
  ['user-agent', keep((head, value) => (head.userAgent ||= value))],
  ['referer', keep((head, value) => (head.referrer ||= value))],
  ['x-request-id', keep((head, value) => (head.requestId ||= value))],
  ['te', drop((head, value) => (head.wantsTrailers ||= lists(value.toLowerCase(), 'trailers')))],
  ['upgrade', drop((head, value) => (head.upgrade ||= value))],
  ['windlass-probe', drop((head, value) => (head.probe ||= value))],
  ['x-forwarded-for', drop((head, value) => (head.forwardedFor = joined(head.forwardedFor, value)))],
  ['x-forwarded-proto', drop((head, value) => (head.forwardedProto ||= value))],
  ['x-forwarded-host', drop((head, value) => (head.forwardedHost ||= value))],
  ['forwarded', drop((head, value) => (head.forwarded = joined(head.forwarded, value)))],
  ['keep-alive', drop(() => undefined)],
  ['proxy-connection', drop(() => undefined)],
  ['proxy-authorization', drop(() => undefined)],
]);
/** reg-name, IPv4 or bracketed IPv6, with an optional port (RFC 3986 section 3.2); no user information. */
const hostSyntax = /^(?:[A-Za-z0-9\-._~%!$&'()*+,;=]*|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?$/;

/**
 * Parses the head in `text` from `start` up to `end`, the index just after the CRLF of its last line (before the
 * empty line).
 */
export function parseRequestHead(text: string, start: number, end: number): RequestHead | HeadRefusal {
  const head = new RequestHead();
  const eol = text.indexOf('\r\n', start);
  if (eol - start > maxRequestLine) return new HeadRefusal(414, 'request line too long');
  const space = text.indexOf(' ', start);
  if (space < start + 1 || space > eol - 10) return new HeadRefusal(400, 'malformed request line');
  if (text.startsWith(' HTTP/1.1', eol - 9)) head.minor = 1;
  else if (text.startsWith(' HTTP/1.0', eol - 9)) head.minor = 0;
  else if (/^ HTTP\/[02-9]\.\d$/.test(text.slice(eol - 9, eol))) return new HeadRefusal(505, 'HTTP version');
  else return new HeadRefusal(400, 'malformed request line');
  head.method = text.slice(start, space);
  if (head.method !== 'GET' && !token.test(head.method)) return new HeadRefusal(400, 'malformed method');

  const refusal = takeFields(head, text, eol + 2, end);
  if (refusal !== null) return refusal;
  if (head.minor === 1 && !head.hasHost) return new HeadRefusal(400, 'no Host');
  if (head.chunked && head.contentLength !== -1) return new HeadRefusal(400, 'two ways of framing');
  if (head.chunked && head.minor === 0) return new HeadRefusal(400, 'Transfer-Encoding in HTTP/1.0');

  const target = text.slice(space + 1, eol - 9);
  const parsed = parseTarget(head.method, target);
  if (parsed === null) {
    return head.method === 'CONNECT'
      ? new HeadRefusal(405, 'CONNECT')
      : new HeadRefusal(400, 'malformed target');
  }
  head.path = parsed.path;
  head.fields = withoutNamed(head.fields, head.connection);
  if (parsed.authority !== null) {
    if (parsed.authority === '' || !hostSyntax.test(parsed.authority)) {
      return new HeadRefusal(400, 'malformed authority');
    }
    head.host = parsed.authority;
    head.fields = `Host: ${parsed.authority}\r\n${without(head.fields, new Set(['host']))}`;
  }
  return head;
}

function takeFields(head: RequestHead, text: string, start: number, end: number): HeadRefusal | null {
  let at = start;
  // Lines from here on are passed on, up to the next one that is not.
  let run = start;
  let count = 0;
  while (at < end) {
    if (++count > maxFields) return new HeadRefusal(431, 'too many fields');
    const next = endOfField(text, at);
    if (next === -1) return new HeadRefusal(400, 'malformed field line');
    const take = takes.find(text, at, colonAt);
    if (take !== null) {
      const verdict = take(head, trimmed(text, colonAt + 1, next - 2));
      if (verdict === 'drop') {
        if (at > run) head.fields += text.slice(run, at);
        run = next;
      } else if (verdict !== 'keep') {
        return verdict;
      }
    }
    at = next;
  }
  if (at > run) head.fields += text.slice(run, at);
  return null;
}

function keep(take: (head: RequestHead, value: string) => unknown): Take {
  return (head, value) => {
    take(head, value);
    return 'keep';
  };
}

function drop(take: (head: RequestHead, value: string) => unknown): Take {
  return (head, value) => {
    take(head, value);
    return 'drop';
  };
}

function joined(list: string, value: string): string {
  return list === '' ? value : `${list}, ${value}`;
}

function takeHost(head: RequestHead, value: string): 'keep' | HeadRefusal {
  if (head.hasHost) return new HeadRefusal(400, 'two Hosts');
  if (!hostSyntax.test(value)) return new HeadRefusal(400, 'malformed Host');
  head.hasHost = true;
  head.host = value;
  return 'keep';
}

/** Repeated fields are refused even where they agree (RFC 9110 section 8.6 allows it): no one needs them. */
function takeContentLength(head: RequestHead, value: string): 'keep' | HeadRefusal {
  if (head.contentLength !== -1) return new HeadRefusal(400, 'two Content-Lengths');
  if (!/^\d{1,15}$/.test(value)) return new HeadRefusal(400, 'malformed Content-Length');
  head.contentLength = Number(value);
  return 'keep';
}

function takeTransferEncoding(head: RequestHead, value: string): 'drop' | HeadRefusal {
  if (head.chunked || value.toLowerCase() !== 'chunked') return new HeadRefusal(400, 'Transfer-Encoding');
  head.chunked = true;
  return 'drop';
}

function takeConnection(head: RequestHead, value: string): 'drop' {
  head.connection =
    head.connection === '' ? value.toLowerCase() : `${head.connection},${value.toLowerCase()}`;
  return 'drop';
}

/** Passed on: the app itself says `100 Continue` (RFC 9110 section 10.1.1). HTTP/1.0 knows no such thing. */
function takeExpect(head: RequestHead, value: string): 'keep' | 'drop' | HeadRefusal {
  if (head.minor === 0) return 'drop';
  if (value.toLowerCase() !== '100-continue') return new HeadRefusal(417, 'unknown expectation');
  head.expectsContinue = true;
  return 'keep';
}
