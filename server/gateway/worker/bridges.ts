/**
 * Container networks of this machine: where their engine's own bridge is, and whether an address is within one of them.
 * Read from the kernel's own tables (proc_net(5)), for a bridge that nobody is on yet is no interface that is up.
 */

import { readFileSync } from 'node:fs';

/** The text of a file below `/proc/net`; empty where there is none. */
export type ReadTable = (name: 'route' | 'fib_trie') => string;

export const kernelTable: ReadTable = (name) => {
  try {
    return readFileSync(`/proc/net/${name}`, 'utf8');
  } catch {
    return '';
  }
};

/** `docker0`, and a bridge for each network an app has. */
const isBridge = (name: string) => name === 'docker0' || /^br-[0-9a-f]{12}$/.test(name);
const lookMs = 5000;

interface Net {
  readonly bridge: string;
  readonly net: number;
  readonly mask: number;
}

/** What `host-gateway` stands for in containers; null where there is no engine. */
export function hostGateway(read: ReadTable = kernelTable): string | null {
  const net = netsOf(read('route')).find(({ bridge }) => bridge === 'docker0');
  if (net === undefined) return null;
  const own = read('fib_trie').matchAll(/\|-- (\d+\.\d+\.\d+\.\d+)\n\s+\/32 host LOCAL/g);
  for (const [, address = ''] of own) if (isWithin(address, net)) return address;
  return null;
}

/**
 * Whether an address belongs to a container. A bridge's address answers on every interface of the machine (the kernel's
 * weak host model), so who asks is looked at, too.
 */
export function createBridges(
  now: () => number,
  read: ReadTable = kernelTable,
): (address: string) => boolean {
  let nets: readonly Net[] = [];
  let at = Number.NEGATIVE_INFINITY;
  return (address) => {
    const plain = address.replace(/^::ffff:/, '');
    if (nets.some((net) => isWithin(plain, net))) return true;
    // A network may have been made since.
    if (now() - at < lookMs) return false;
    at = now();
    nets = netsOf(read('route'));
    return nets.some((net) => isWithin(plain, net));
  };
}

/** Destination and mask are little-endian hex there. */
function netsOf(table: string): Net[] {
  return table.split('\n').flatMap((line) => {
    const [bridge = '', net = '', , , , , , mask = ''] = line.split(/\s+/);
    return isBridge(bridge) && mask !== '00000000'
      ? [{ bridge, net: fromHex(net), mask: fromHex(mask) }]
      : [];
  });
}

function isWithin(address: string, { net, mask }: Net): boolean {
  const value = fromDotted(address);
  return value !== null && (value & mask) >>> 0 === net;
}

function fromHex(text: string): number {
  return Buffer.from(text, 'hex').readUInt32LE(0);
}

function fromDotted(text: string): number | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null;
  return Buffer.from(text.split('.').map(Number)).readUInt32BE(0);
}
