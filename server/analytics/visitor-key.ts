/** Who somebody is for one day: a keyed hash of the day's salt with address, user agent and site. */

import type { Salt } from './salts.ts';

export interface Person {
  readonly address: string;
  readonly agent: string;
  /** App and environment: the same person on two sites is two. */
  readonly site: string;
}

/** 16 hexadecimal digits: among a million visitors of a day two share one with a chance of 1 in 37 million. */
export function visitorKey({ secret }: Salt, { address, agent, site }: Person): string {
  // Lengths stand before the parts, so that no two people make the same text.
  return new Bun.CryptoHasher('sha256', secret)
    .update(`${address.length}:${address}${agent.length}:${agent}${site}`)
    .digest('hex')
    .slice(0, 16);
}
