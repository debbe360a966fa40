/** Where a provider may be: public addresses only, unless the owner said otherwise, and checked when it is connected to. */

import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { WindlassError } from '../../../shared/errors.ts';

/** Special-purpose registries of IANA (RFC 6890): loopback, private, link-local (with every cloud's metadata), multicast. */
const inward = { 4: new BlockList(), 6: new BlockList() };
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  inward[4].addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  inward[6].addSubnet(net, prefix, 'ipv6');
}

export function isInward(address: string): boolean {
  // A list for each, for one of both takes every address of version 4 for its mapped one of version 6.
  return isIP(address) === 6 ? inward[6].check(address, 'ipv6') : inward[4].check(address, 'ipv4');
}

export type Resolve = (host: string) => Promise<readonly string[]>;

export const systemResolve: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

const keepMs = 60_000;
const mostNames = 200;

/**
 * The address to connect to. What was looked at is what is connected to, so a name that changes its address in between
 * gains nothing. Throws `forbidden` for inward addresses unless `inwardToo`, `unavailable` where the name has none.
 */
export function createAddresses(resolve: Resolve, now: () => number) {
  const known = new Map<string, { addresses: readonly string[]; until: number }>();
  return {
    /** At once where it is known already; else a promise. */
    find(host: string, inwardToo: boolean): string | Promise<string> {
      if (isIP(host) !== 0) return choose(host, [host], inwardToo);
      const found = known.get(host);
      if (found !== undefined && found.until > now()) return choose(host, found.addresses, inwardToo);
      return resolve(host).then(
        (addresses) => {
          if (known.size >= mostNames) known.clear();
          known.set(host, { addresses, until: now() + keepMs });
          return choose(host, addresses, inwardToo);
        },
        (error: unknown) => {
          throw new WindlassError('unavailable', `${host} has no address`, { cause: error });
        },
      );
    },
  };
}

function choose(host: string, addresses: readonly string[], inwardToo: boolean): string {
  const [first] = addresses;
  if (first === undefined) throw new WindlassError('unavailable', `${host} has no address`);
  if (!inwardToo && addresses.some(isInward)) {
    throw new WindlassError('forbidden', `${host} is an address within this machine or its network`, {
      hint: 'Add the provider with --private if that is meant, as for Ollama.',
    });
  }
  return first;
}
