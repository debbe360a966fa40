/** What happens to a client that lets more of its answers wait than one may. */

import type { ClientShare } from './connection-room.ts';
import type { DataPathContext } from './context.ts';

/** For so long after an answer was cut, no other is begun while half as much still waits, ms. */
const cutOffMs = 1_000;

export class Overdraft {
  constructor(
    private readonly context: DataPathContext,
    private readonly address: string,
    private readonly share: ClientShare,
  ) {}

  /** Whether the answer that now has to wait is one too many, over all connections of the client: it is to be cut. */
  isOverdrawn(): boolean {
    const { limits, turnedAway, now } = this.context;
    if (this.share.waiting <= limits.waitingOfOne || this.#speaksForMany) return false;
    turnedAway.note('slow-reader');
    this.share.cutAt = now;
    return true;
  }

  /**
   * Whether the app need not be asked: what it says would be cut, after half a megabyte was read of it. What was cut
   * gave room back, so half of the bound is enough.
   */
  isCutOff(): boolean {
    const { limits, turnedAway, now } = this.context;
    if (this.share.waiting * 2 <= limits.waitingOfOne || now - this.share.cutAt > cutOffMs) return false;
    turnedAway.note('slow-reader');
    return true;
  }

  get #speaksForMany(): boolean {
    return this.context.trusted.has(this.address);
  }
}
