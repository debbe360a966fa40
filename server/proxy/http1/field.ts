/** Header fields (RFC 9110 section 5, RFC 9112 section 5): one strict line, and what is only meant for the next hop. */

/**
 * One field line with its CRLF, matched at `lastIndex`: a token, no space before the colon, no control characters in
 * the value. So NUL, bare CR, bare LF and obs-fold (RFC 9112 section 5.2) never match.
 */
export const fieldLine = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n/y;

/** A method or field name (RFC 9110 section 5.6.2). */
export const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

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
  return list === option || (list !== '' && list.split(',').some((member) => member.trim() === option));
}

/** The value of the first field called `name` (lower case, a token) in `lines`; empty where there is none. */
export function fieldValue(lines: string, name: string): string {
  let at = 0;
  while (at < lines.length) {
    const next = lines.indexOf('\r\n', at) + 2;
    const colon = lines.indexOf(':', at);
    if (colon - at === name.length && lines.slice(at, colon).toLowerCase() === name) {
      return trimmed(lines, colon + 1, next - 2);
    }
    at = next;
  }
  return '';
}

/**
 * `lines` (field lines, each with its CRLF) without those that `connection`, the lower-case value of the Connection
 * field, names (RFC 9110 section 7.6.1).
 */
export function withoutNamed(lines: string, connection: string): string {
  if (connection === '' || plainOptions.has(connection)) return lines;
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

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
