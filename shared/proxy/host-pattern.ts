/** Which hosts a route may name, and which requests such a name stands for. */

import { WindlassError } from '../errors.ts';

/** The one part of the WHATWG URL every runtime has that is used here: its IDNA processing (UTS 46). */
declare const URL: new (text: string) => { readonly hostname: string };

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const maxHostLength = 253;
const example = 'A host looks like `app.example.com`, or `*.example.com` for every name one level below.';

/**
 * The form a host or one-level wildcard is stored and compared in: lower case, no trailing dot, U-labels as punycode
 * (RFC 5891), IPv6 in brackets and in its shortest form (RFC 5952).
 * Throws `WindlassError('invalid')`, with what to write instead as its hint.
 */
export function parseHostPattern(text: string): string {
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  const refuse = (why: string, hint = example) =>
    new WindlassError('invalid', `${shown} is not a host: ${why}`, { hint });

  if (text === '') throw refuse('it is empty');
  if (text.includes('://')) throw refuse('it is a URL', 'Leave out the scheme, the port and the path.');
  if (text.startsWith('[')) {
    const address = text.endsWith(']') ? ascii(text) : null;
    if (address === null)
      throw refuse('it is not an IPv6 address in brackets', 'Write it like `[2001:db8::1]`.');
    return address;
  }
  if (text.includes(':')) throw refuse('it has a port', 'Leave the port out: a route holds for every port.');
  if (text.includes('/')) throw refuse('it has a path', 'Give the path as the path prefix of the route.');

  const wild = text.startsWith('*.');
  const name = (wild ? text.slice(2) : text).replace(/\.$/, '');
  if (name.includes('*')) throw refuse('`*` may only stand for the whole first label');
  // The URL parser decodes `%`, drops tabs and stops at `?`, `#` and `@`; none of them belongs in a name.
  if (/[\s%?#@\\]/.test(name)) throw refuse('it has a space or a sign that no name may have');
  const host = /^[\x21-\x7e]*$/.test(name) ? name.toLowerCase() : ascii(name);
  if (host === null) throw refuse('it cannot be written in DNS letters', 'Give its punycode form (`xn--…`).');
  if (host.length > maxHostLength) throw refuse(`it is longer than ${maxHostLength} characters`);
  for (const part of host.split('.')) {
    if (label.test(part)) continue;
    if (part === '') throw refuse('a label between its dots is empty');
    throw refuse(`${JSON.stringify(part)} is not 1 to 63 of a-z, 0-9 and -, with no - at an end`);
  }
  return wild ? `*.${host}` : host;
}

/**
 * The host a request names, in the form of `parseHostPattern`, from its raw Host header (RFC 9110, 7.2): any case, a
 * port and a trailing dot allowed. Null for what no route can match, so that nothing of it reaches a lookup.
 */
export function normaliseHost(rawHeader: string): string | null {
  if (rawHeader.length === 0 || rawHeader.length > maxHostLength + 7) return null;
  if (rawHeader.startsWith('[')) {
    const end = rawHeader.indexOf(']');
    if (end < 0 || !/^(?::\d*)?$/.test(rawHeader.slice(end + 1))) return null;
    return ascii(rawHeader.slice(0, end + 1));
  }
  const parts = /^([a-z0-9.-]+?)\.?(?::\d*)?$/i.exec(rawHeader);
  const host = parts?.[1]?.toLowerCase();
  return host === undefined || host.startsWith('.') ? null : host;
}

/** The only wildcard that can stand for `host` (wildcards cover one level): `a.b.c` -> `*.b.c`. Null for one label. */
export function wildcardFor(host: string): string | null {
  const dot = host.indexOf('.');
  return dot < 0 || host.startsWith('[') ? null : `*${host.slice(dot)}`;
}

/** Whether a pattern (as `parseHostPattern` gave it) stands for the host of a raw Host header. */
export function hostMatches(pattern: string, rawHeader: string): boolean {
  const host = normaliseHost(rawHeader);
  return host !== null && (pattern === host || pattern === wildcardFor(host));
}

/** Through the platform's IDNA; null where it refuses. */
function ascii(host: string): string | null {
  try {
    return new URL(`http://${host}`).hostname;
  } catch {
    return null;
  }
}
