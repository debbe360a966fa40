/** The most tokens a request can use, known before it is sent. */

import { isObject, type Json } from '../conversation/fields.ts';
import { askedAnswers } from './asked-bound.ts';

/** No tokenizer makes more than a token of a byte. */
const tokensPerByte = 1;
/** A picture or a page at its finest, about as much as any provider counts. */
const tokensPerMedium = 5000;
/** Where neither the request nor its key bounds the answer. */
export const usualMaxOutput = 16_384;
/** From here on a string of base64 is a picture or a document. */
const mediumLength = 2000;

export interface WorstCase {
  readonly input: number;
  readonly output: number;
}

/** `length` is the body's in bytes, `bound` the most tokens of each answer. */
export function worstCase(body: Json, length: number, bound: number): WorstCase {
  let media = 0;
  let mediaBytes = 0;
  // Only a long body can hold a medium, so that short ones, which are most, are not looked through.
  if (length > mediumLength) {
    const pending: unknown[] = [body];
    while (pending.length > 0) {
      const value = pending.pop();
      if (typeof value === 'string') {
        if (value.length > mediumLength && isBase64(value)) {
          media++;
          mediaBytes += value.length;
        }
      } else if (Array.isArray(value)) pending.push(...value);
      else if (isObject(value)) pending.push(...Object.values(value));
    }
  }
  return {
    input: (length - mediaBytes) * tokensPerByte + media * tokensPerMedium,
    output: bound * askedAnswers(body),
  };
}

/** Its beginning is enough: text of so many letters without a space is none. */
function isBase64(value: string): boolean {
  const from = value.startsWith('data:') ? value.indexOf(',') + 1 : 0;
  return /^[A-Za-z0-9+/_-]{256}/.test(value.slice(from, from + 256));
}
