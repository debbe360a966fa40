/** Which paths a route may name, and which requests such a prefix stands for. */

import { WindlassError } from '../errors.ts';

const maxLength = 1024;
const hint = 'A path prefix looks like `/` or `/api/v2`.';

/**
 * The form a path prefix is stored and compared in: `/`, or segments each with a `/` before and none at the end.
 * Throws `WindlassError('invalid')` for what no request's path starts with once servers and clients normalised it.
 */
export function parsePathPrefix(text: string): string {
  const refuse = (why: string) =>
    new WindlassError('invalid', `${JSON.stringify(text.slice(0, 80))} is not a path prefix: ${why}`, {
      hint,
    });
  if (!text.startsWith('/')) throw refuse('it does not start with /');
  if (text.length > maxLength) throw refuse(`it is longer than ${maxLength} characters`);
  // RFC 3986, 3.3: what may stand in a path; everything else has to be percent-encoded.
  if (!/^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/.test(text)) {
    throw refuse('a sign in it has to be percent-encoded');
  }
  if (text.includes('//')) throw refuse('a segment of it is empty');
  const prefix = text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text;
  if (prefix === '/') return prefix;
  for (const segment of prefix.slice(1).split('/')) {
    if (segment === '.' || segment === '..') throw refuse('it has a . or .. segment');
  }
  return prefix;
}

/** Whether a raw request path (query allowed) is the prefix itself or below it, by whole segments. */
export function pathHasPrefix(path: string, prefix: string): boolean {
  if (prefix === '/') return true;
  if (!path.startsWith(prefix)) return false;
  if (path.length === prefix.length) return true;
  const next = path.charCodeAt(prefix.length);
  return next === 0x2f /* / */ || next === 0x3f /* ? */;
}
