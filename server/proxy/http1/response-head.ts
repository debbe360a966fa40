/** The head of an app's answer, parsed as strictly as a request's: an answer two readers see differently is a 502. */

import { colonAt, endOfField, FieldTable, lists, trimmed, without, withoutNamed } from './field.ts';

/** What an answer's head says. Strings hold one byte a character (latin1), as they came. */
export class ResponseHead {
  status = 0;
  minor: 0 | 1 = 1;
  /** `200 OK`: what follows the version in the status line. */
  statusText = '';
  /** -1 where there is none. */
  contentLength = -1;
  chunked = false;
  connection = '';
  /** The lines to pass on, byte for byte and in order, each with its CRLF. */
  fields = '';

  /** Whether the app keeps its connection open (RFC 9112 section 9.3). */
  get keepsAlive(): boolean {
    if (this.connection === '') return this.minor === 1;
    if (lists(this.connection, 'close')) return false;
    return this.minor === 1 || lists(this.connection, 'keep-alive');
  }
}

type Take = (head: ResponseHead, value: string) => 'keep' | 'drop' | 'refuse';

const takes = new FieldTable<Take>([
  ['content-length', takeContentLength],
  ['transfer-encoding', takeTransferEncoding],
  ['connection', takeConnection],
  ['keep-alive', () => 'drop'],
  ['proxy-connection', () => 'drop'],
  ['proxy-authenticate', () => 'drop'],
  ['te', () => 'drop'],
  ['upgrade', () => 'drop'],
]);

/** Parses the head in `text` up to `end`, the index just after the CRLF of its last line. Null where it is malformed. */
export function parseResponseHead(text: string, end: number): ResponseHead | null {
  const head = new ResponseHead();
  const eol = text.indexOf('\r\n');
  if (eol < 12 || !text.startsWith('HTTP/1.')) return null;
  const minor = text.charCodeAt(7) - 0x30;
  if (minor !== 0 && minor !== 1) return null;
  head.minor = minor;
  head.statusText = text.slice(9, eol);
  if (text.charCodeAt(8) !== 0x20 || !/^[1-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?$/.test(head.statusText))
    return null;
  head.status = Number(head.statusText.slice(0, 3));

  let at = eol + 2;
  let run = at;
  while (at < end) {
    const next = endOfField(text, at);
    if (next === -1) return null;
    const take = takes.find(text, at, colonAt);
    if (take !== null) {
      const verdict = take(head, trimmed(text, colonAt + 1, next - 2));
      if (verdict === 'refuse') return null;
      if (verdict === 'drop') {
        if (at > run) head.fields += text.slice(run, at);
        run = next;
      }
    }
    at = next;
  }
  if (at > run) head.fields += text.slice(run, at);
  // Of the two ways of framing the chunks count, and the other is taken out (RFC 9112 section 6.3).
  if (head.chunked && head.contentLength !== -1) {
    head.fields = without(head.fields, new Set(['content-length']));
    head.contentLength = -1;
  }
  head.fields = withoutNamed(head.fields, head.connection);
  return head;
}

/** An app that says the same length twice is understood; the second line is not passed on. */
function takeContentLength(head: ResponseHead, value: string): 'keep' | 'drop' | 'refuse' {
  if (!/^\d{1,15}$/.test(value)) return 'refuse';
  if (head.contentLength === -1) {
    head.contentLength = Number(value);
    return 'keep';
  }
  return head.contentLength === Number(value) ? 'drop' : 'refuse';
}

function takeTransferEncoding(head: ResponseHead, value: string): 'drop' | 'refuse' {
  if (head.chunked || value.toLowerCase() !== 'chunked') return 'refuse';
  head.chunked = true;
  return 'drop';
}

function takeConnection(head: ResponseHead, value: string): 'drop' {
  head.connection =
    head.connection === '' ? value.toLowerCase() : `${head.connection},${value.toLowerCase()}`;
  return 'drop';
}
