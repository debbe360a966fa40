/** Header fields (RFC 9110 section 5, RFC 9112 section 5): one strict line, and what is only meant for the next hop. */

/** A method or field name (RFC 9110 section 5.6.2). */
export const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What each byte may be part of. */
const inName = 1;
const inValue = 2;
const classes = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const name = byte < 128 && token.test(String.fromCharCode(byte)) ? inName : 0;
  const value = byte === 0x09 || (byte >= 0x20 && byte !== 0x7f) ? inValue : 0;
  classes[byte] = name | value;
}

const CR = 0x0d;
const LF = 0x0a;
const colon = 0x3a;

/** Where the name of the line `endOfField` read last ends. A second result without an object per line. */
export let colonAt = 0;

/**
 * Reads the field line that starts at `at`: a token, no space before the colon, no control characters in the value.
 * So NUL, bare CR, bare LF and obs-fold (RFC 9112 section 5.2) are malformed. Returns the index after its CRLF, or -1.
 */
export function endOfField(text: string, at: number): number {
  let index = at;
  let code = text.charCodeAt(index);
  while (((classes[code] ?? 0) & inName) !== 0) code = text.charCodeAt(++index);
  if (code !== colon || index === at) return -1;
  colonAt = index;
  do code = text.charCodeAt(++index);
  while (((classes[code] ?? 0) & inValue) !== 0);
  return code === CR && text.charCodeAt(index + 1) === LF ? index + 2 : -1;
}

/** Fields a head is read for, found by name in any case without making a string of it. */
export class FieldTable<Take> {
  /** By the length of the name. */
  readonly #byLength: { name: string; take: Take }[][] = [];

  constructor(entries: Iterable<readonly [string, Take]>) {
    for (const [name, take] of entries) {
      let sameLength = this.#byLength[name.length];
      if (sameLength === undefined) {
        sameLength = [];
        this.#byLength[name.length] = sameLength;
      }
      sameLength.push({ name, take });
    }
    for (let length = 0; length < this.#byLength.length; length++) this.#byLength[length] ??= [];
  }

  /** For the name in `text` from `start` to `end`; null where it is none of the table's. */
  find(text: string, start: number, end: number): Take | null {
    const entries = this.#byLength[end - start];
    if (entries === undefined) return null;
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index];
      if (entry !== undefined && isNamed(text, start, entry.name)) return entry.take;
    }
    return null;
  }
}

/** Fields without which a message would be framed or routed otherwise; `Connection` cannot take them away. */
const neverNamed = new Set(['host', 'content-length', 'set-cookie']);
/** Options of `Connection` that name no field to remove: they are handled where the head is parsed. */
const plainOptions = new Set(['', 'close', 'keep-alive', 'upgrade', 'te']);

/** `text` between `start` and `end` without spaces and tabs at its ends (OWS). */
export function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

/** Whether a comma-separated `list`, already in lower case, has `option` as a member. */
export function lists(list: string, option: string): boolean {
  return (
    list === option || (list.includes(option) && list.split(',').some((member) => member.trim() === option))
  );
}

/** The value of the first field called `name` (lower case, a token) in `lines`; empty where there is none. */
export function fieldValue(lines: string, name: string): string {
  let at = 0;
  while (at < lines.length) {
    const next = lines.indexOf('\r\n', at) + 2;
    const end = lines.indexOf(':', at);
    if (end - at === name.length && isNamed(lines, at, name)) return trimmed(lines, end + 1, next - 2);
    at = next;
  }
  return '';
}

/**
 * `lines` (field lines, each with its CRLF) without those that `connection`, the lower-case value of the Connection
 * field, names (RFC 9110 section 7.6.1).
 */
export function withoutNamed(lines: string, connection: string): string {
  if (plainOptions.has(connection)) return lines;
  const named = new Set(connection.split(',').map((option) => option.trim()));
  for (const option of named) if (plainOptions.has(option) || neverNamed.has(option)) named.delete(option);
  return named.size === 0 ? lines : without(lines, named);
}

/** `lines` without the fields of these lower-case names. */
export function without(lines: string, names: ReadonlySet<string>): string {
  return lines
    .split(/(?<=\r\n)/)
    .filter((line) => !names.has(line.slice(0, line.indexOf(':')).toLowerCase()))
    .join('');
}

/** Whether the name at `at` is `name` (lower case), whose length was compared before. */
function isNamed(text: string, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const code = text.charCodeAt(at + index);
    const lower = code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
    if (lower !== name.charCodeAt(index)) return false;
  }
  return true;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
