/** The first line of a body that may be compressed, without undoing all of it. */

import { decodeBody } from './decode.ts';
import { limits } from './limits.ts';

const longestLine = 8192;

/** Empty where it cannot be read. Compressed bodies are undone whole: only tunnels need it, and they are small. */
export function decodeStart(body: Uint8Array, encoding: string): string {
  const plain = encoding === '' || encoding === 'identity';
  const decoded = plain ? null : decodeBody(body, encoding, limits.decoded);
  const bytes = decoded === null ? body : decoded.kind === 'bytes' ? decoded.bytes : new Uint8Array();
  const start = bytes.subarray(0, longestLine);
  const end = start.indexOf(10);
  return new TextDecoder().decode(end === -1 ? start : start.subarray(0, end));
}
