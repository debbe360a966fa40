/** What is wrong with a head before all of it has come. */

import { hasBrokenLine } from './broken-line.ts';
import { maxRequestLine } from './request-head.ts';

/** Of `text` from `start` on; the first `seen` characters were judged before. `limit` in bytes. Null for nothing yet. */
export function faultOfPartial(
  text: string,
  start: number,
  seen: number,
  limit: number,
): 'bad-request' | 'target-too-long' | 'head-too-large' | null {
  if (hasBrokenLine(text, seen)) return 'bad-request';
  const line = text.indexOf('\r\n', start);
  if ((line === -1 ? text.length : line) - start > maxRequestLine) return 'target-too-long';
  return text.length - start > limit ? 'head-too-large' : null;
}
