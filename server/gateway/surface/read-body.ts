/** A request's body within bounds: bytes, depth, values. */

import { isObject, type Json } from '../conversation/fields.ts';
import { CallFault } from './fault.ts';

const mostDepth = 64;
const mostValues = 500_000;
/** Below that many bytes nothing is deep or many. */
const harmless = 2 * mostDepth;

/** Throws `CallFault` for what is no JSON object, or one that is too deep or too large to be a request. */
export function parseBody(text: string): Json {
  if (isTooDeep(text))
    throw new CallFault(400, 'invalid_request_error', `the body is more than ${mostDepth} deep`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new CallFault(400, 'invalid_request_error', 'the body is no JSON');
  }
  if (!isObject(body)) throw new CallFault(400, 'invalid_request_error', 'the body is no JSON object');
  return body;
}

/** Looked at before it is parsed: brackets outside of strings, which are skipped at the speed of a search. */
function isTooDeep(text: string): boolean {
  if (text.length < harmless) return false;
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = stringEnd(text, at);
      if (at < 0) return false;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > mostDepth) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
    else if (code === 0x2c && ++values > mostValues) return true;
  }
  return false;
}

/** Of the string that begins at `from`; -1 where it does not end, which the parser will say. */
function stringEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}
