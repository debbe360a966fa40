/** Usage within a whole answer, without reading all of a long one. */

import type { Usage } from '../conversation/answer.ts';
import { isObject } from '../conversation/fields.ts';

/** Below that many bytes all of it is read. */
const short = 64 * 1024;

/** `parse` is the dialect's own. Null where there is none, or the body is no JSON. */
export function usageIn(
  body: Buffer,
  word: 'usage' | 'usageMetadata',
  parse: (body: Record<string, unknown>) => Usage | null,
): Usage | null {
  try {
    if (body.length < short) {
      const whole: unknown = JSON.parse(body.toString('utf8'));
      return isObject(whole) ? parse(whole) : null;
    }
    // Embeddings are a megabyte of numbers with the usage at their end.
    const at = body.lastIndexOf(`"${word}"`);
    const from = at < 0 ? -1 : body.indexOf('{', at);
    const to = from < 0 ? -1 : closing(body, from);
    if (to < 0) return null;
    const part: unknown = JSON.parse(body.toString('utf8', from, to));
    return isObject(part) ? parse({ [word]: part }) : null;
  } catch {
    return null;
  }
}

/** Behind the brace that closes the one at `from`; usage has no strings with braces. */
function closing(body: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < body.length; at++) {
    if (body[at] === 0x7b) depth++;
    else if (body[at] === 0x7d && --depth === 0) return at + 1;
  }
  return -1;
}
