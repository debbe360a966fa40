/** Sentry's envelope: a line of JSON, then items of a line of JSON and a payload each. Pure. */

export type Json = Readonly<Record<string, unknown>>;

export interface EnvelopeItem {
  readonly type: string;
  readonly header: Json;
  /** A view of the envelope's own bytes. */
  readonly payload: Uint8Array;
}

export interface Envelope {
  readonly header: Json;
  readonly items: readonly EnvelopeItem[];
}

/** Why it is refused: words for whoever sent it. */
export type Parsed = { kind: 'envelope'; envelope: Envelope } | { kind: 'malformed'; why: string };

const newline = 10;
const mostItems = 1000;
const longestHeader = 32_768;

/**
 * An item with `length` is exactly that long and followed by a newline or the end; one without ends at the next newline.
 * Unknown items and attributes are kept as they are: they never fail an envelope.
 */
export function parseEnvelope(bytes: Uint8Array): Parsed {
  const text = new TextDecoder();
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const line = (): Uint8Array => {
    const end = bytes.indexOf(newline, at);
    const stop = end === -1 ? bytes.length : end;
    const found = bytes.subarray(at, stop);
    at = stop + 1;
    return found;
  };
  const header = jsonObject(line(), text);
  if (header === null) return { kind: 'malformed', why: 'the envelope does not begin with a line of JSON' };
  const items: EnvelopeItem[] = [];
  while (at < bytes.length) {
    const head = line();
    if (head.length === 0 || (head.length === 1 && head[0] === 13)) continue;
    if (items.length === mostItems)
      return { kind: 'malformed', why: `the envelope has more than ${mostItems} items` };
    const itemHeader = jsonObject(head, text);
    if (itemHeader === null)
      return { kind: 'malformed', why: `item ${items.length + 1} has no header of JSON` };
    const { type, length } = itemHeader;
    if (typeof type !== 'string')
      return { kind: 'malformed', why: `item ${items.length + 1} does not say its type` };
    if (length === undefined || length === null) {
      items.push({ type, header: itemHeader, payload: line() });
      continue;
    }
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0)
      return { kind: 'malformed', why: `the length of item ${items.length + 1} is no number of bytes` };
    const end = at + length;
    if (end > bytes.length || (end < bytes.length && bytes[end] !== newline))
      return { kind: 'malformed', why: `item ${items.length + 1} is not as long as it says` };
    items.push({ type, header: itemHeader, payload: bytes.subarray(at, end) });
    at = end + 1;
  }
  return { kind: 'envelope', envelope: { header, items } };
}

function jsonObject(line: Uint8Array, text: TextDecoder): Json | null {
  if (line.length > longestHeader) return null;
  try {
    const value: unknown = JSON.parse(text.decode(line));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
