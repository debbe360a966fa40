/**
 * Counts the frames a client makes the server work with for nothing: settings, pings, resets, priorities, empty data and
 * endless field blocks. The floods of CVE-2019-9511 to 9518, CVE-2023-44487 (rapid reset), CVE-2024-27316 (continuation)
 * and CVE-2025-8671 (streams that we are made to reset) are all this, so one account bounds them.
 */

import { flags, frameTypes } from './frames.ts';

export interface MeterLimits {
  /** Frames without use in any ten seconds: what browsers and `h2load` send is far below. */
  readonly useless: number;
  /** Bytes of one request's field block, compressed. */
  readonly fieldBlock: number;
}

export const meterLimits: MeterLimits = { useless: 1_000, fieldBlock: 65_536 };

const spanMs = 10_000;

export class FrameMeter {
  #since = 0;
  #useless = 0;
  #block = 0;

  constructor(private readonly limits: MeterLimits = meterLimits) {}

  /** False once the client has gone too far. `length` is that of the payload, `now` monotonic ms. */
  pass(type: number, flagsOf: number, length: number, now: number): boolean {
    switch (type) {
      case frameTypes.headers:
      case frameTypes.continuation:
        this.#block = type === frameTypes.headers ? length : this.#block + length;
        if (this.#block > this.limits.fieldBlock) return false;
        if ((flagsOf & flags.endHeaders) !== 0) this.#block = 0;
        return type === frameTypes.headers || length > 0 || this.count(now);
      case frameTypes.data:
        // One that ends its stream says something.
        return length > 0 || (flagsOf & flags.endStream) !== 0 || this.count(now);
      case frameTypes.window:
        return true;
      default:
        // Resets, settings, pings, priorities, and types nobody knows.
        return this.count(now);
    }
  }

  /** One more that was of no use. */
  count(now: number): boolean {
    if (now - this.#since >= spanMs) {
      this.#since = now;
      this.#useless = 0;
    }
    return ++this.#useless <= this.limits.useless;
  }
}
