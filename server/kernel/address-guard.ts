/** Which addresses what others name may reach: none that is inside, unless the owner allows it (server-side request forgery). */

import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

export type Reach =
  | { kind: 'address'; address: string }
  /** The name leads to an address it may not. */
  | { kind: 'forbidden'; address: string }
  /** There is no such name. */
  | { kind: 'nowhere' }
  /** The resolver itself did not answer, which says nothing about the name. */
  | { kind: 'unsure'; why: string };

/** IANA's special-purpose registries (RFC 6890 and its updates), and what is mapped or translated into them. */
const inside = blockList([
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['::', 128],
  ['::1', 128],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fec0::', 10],
]);
/** Nobody's business at all: the metadata of clouds, multicast, broadcast. */
const never = blockList([
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::254', 128],
]);

/** Whether `address` may be reached. IPv4 inside of IPv6 (mapped, NAT64, 6to4, Teredo's server) is judged as what it is. */
export function mayReach(address: string, allowPrivate: boolean): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const embedded = family === 6 ? embeddedIpv4(address) : null;
  if (embedded !== null) return mayReach(embedded, allowPrivate);
  const type = family === 4 ? 'ipv4' : 'ipv6';
  return !never.check(address, type) && (allowPrivate || !inside.check(address, type));
}

/**
 * The address to connect to. Whoever connects uses it and does not ask again, or a name could change its mind in between.
 * All of a name's addresses must be allowed.
 */
export async function reach(
  host: string,
  allowPrivate: boolean,
  resolve: (host: string) => Promise<readonly string[]> = resolveAll,
): Promise<Reach> {
  const bare = host.replace(/^\[|\]$/g, '');
  try {
    const addresses = isIP(bare) === 0 ? await resolve(bare) : [bare];
    const bad = addresses.find((address) => !mayReach(address, allowPrivate));
    if (bad !== undefined) return { kind: 'forbidden', address: bad };
    const [address] = addresses;
    return address === undefined ? { kind: 'nowhere' } : { kind: 'address', address };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOTFOUND' || code === 'ENODATA' || code === 'DNS_ENOTFOUND') return { kind: 'nowhere' };
    return { kind: 'unsure', why: `the name ${bare} could not be looked up (${code || 'no answer'})` };
  }
}

async function resolveAll(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map((each) => each.address);
}

function embeddedIpv4(address: string): string | null {
  const groups = groupsOf(address);
  const [first = 0, second = 0, third = 0] = groups;
  const quad = (high = 0, low = 0) => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const zeros = (count: number) => groups.slice(0, count).every((group) => group === 0);
  if (zeros(5) && groups[5] === 0xffff) return quad(groups[6], groups[7]);
  if (zeros(6) && (groups[6] ?? 0) !== 0) return quad(groups[6], groups[7]);
  if (first === 0x64 && second === 0xff9b && third === 0) return quad(groups[6], groups[7]);
  return first === 0x2002 ? quad(second, third) : null;
}

function groupsOf(address: string): number[] {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [, a, b, c, d] = (dotted ?? []).map(Number);
  const hex = (high = 0, low = 0) => ((high << 8) | low).toString(16);
  const plain = dotted === null ? address : `${address.slice(0, dotted.index)}${hex(a, b)}:${hex(c, d)}`;
  const [head = '', tail] = (plain.split('%')[0] ?? '').split('::');
  const parse = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return parse(head);
  const front = parse(head);
  const back = parse(tail);
  return [...front, ...Array<number>(Math.max(0, 8 - front.length - back.length)).fill(0), ...back];
}

function blockList(nets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of nets) list.addSubnet(net, prefix, net.includes(':') ? 'ipv6' : 'ipv4');
  return list;
}
