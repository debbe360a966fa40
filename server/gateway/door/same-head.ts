/** Knows a head again by its bytes: a client's requests over one connection differ in nothing but their length. */

import { mostBody } from '../surface/most-body.ts';
import type { RequestHead } from './request-head.ts';

const mostBytes = 4096;
const zero = 48;

export class SameHead {
  readonly #before: Buffer;
  readonly #after: Buffer;
  /** Of what matched last: where its body begins, and how long it is. */
  end = 0;
  length = 0;

  private constructor(
    readonly head: RequestHead,
    before: Buffer,
    after: Buffer,
  ) {
    this.#before = before;
    this.#after = after;
  }

  /** `bytes` are those of `head` with the empty line behind it. Null where it has no length of its own, or is too long to keep. */
  static of(head: RequestHead, bytes: Buffer): SameHead | null {
    if (bytes.length > mostBytes) return null;
    const found = /\r\ncontent-length:[ \t]*(?=\d)/i.exec(bytes.latin1Slice(0, bytes.length));
    if (found === null) return null;
    const from = found.index + found[0].length;
    const to = digitsEnd(bytes, from);
    return new SameHead(head, Buffer.from(bytes.subarray(0, from)), Buffer.from(bytes.subarray(to)));
  }

  /** Whether `data` begins with that head and any length. */
  matches(data: Buffer): boolean {
    const before = this.#before;
    const after = this.#after;
    if (data.length < before.length || data.compare(before, 0, before.length, 0, before.length) !== 0)
      return false;
    const digits = digitsEnd(data, before.length);
    const count = digits - before.length;
    const end = digits + after.length;
    if (count < 1 || count > 15 || data.length < end) return false;
    if (data.compare(after, 0, after.length, digits, end) !== 0) return false;
    let length = 0;
    for (let at = before.length; at < digits; at++) length = length * 10 + (data[at] ?? zero) - zero;
    this.end = end;
    this.length = length;
    return length <= mostBody;
  }
}

function digitsEnd(data: Buffer, from: number): number {
  let at = from;
  for (let code = data[at]; code !== undefined && code >= zero && code <= zero + 9; code = data[at]) at++;
  return at;
}
