/** IP addresses and ranges of them (CIDR, RFC 4632 and RFC 4291), as lists of who may and who may not. */

import { WindlassError } from '../errors.ts';

/** An address as its bytes: 4 or 16. An IPv4 address inside IPv6 (`::ffff:1.2.3.4`) is the IPv4 one. */
export function parseAddress(text: string): Uint8Array | null {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

export interface AddressRange {
  readonly bytes: Uint8Array;
  /** Leading bits that count. */
  readonly bits: number;
}

/** `10.0.0.0/8`, `2001:db8::/32` or one address. Null where it is none. */
export function parseRange(text: string): AddressRange | null {
  const slash = text.indexOf('/');
  const bytes = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (bytes === null) return null;
  const most = bytes.length * 8;
  if (slash === -1) return { bytes, bits: most };
  const length = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > most) return null;
  return { bytes, bits: Number(length) };
}

/** As `parseRange`; throws `WindlassError('invalid')`. */
export function requireRange(text: string): AddressRange {
  const range = parseRange(text);
  if (range === null) {
    throw new WindlassError('invalid', `${JSON.stringify(text.slice(0, 80))} is not an address or range`, {
      hint: 'Write it like `203.0.113.7`, `10.0.0.0/8` or `2001:db8::/32`.',
    });
  }
  return range;
}

/** Ranges to look addresses up in. */
export class AddressSet {
  readonly #ranges: readonly AddressRange[];

  constructor(ranges: readonly AddressRange[]) {
    this.#ranges = ranges;
  }

  get size(): number {
    return this.#ranges.length;
  }

  /** False for what is no address. */
  has(address: string): boolean {
    if (this.#ranges.length === 0) return false;
    const bytes = parseAddress(address);
    return bytes !== null && this.#ranges.some((range) => covers(range, bytes));
  }
}

function covers({ bytes, bits }: AddressRange, address: Uint8Array): boolean {
  if (bytes.length !== address.length) return false;
  const whole = bits >> 3;
  for (let index = 0; index < whole; index++) if (bytes[index] !== address[index]) return false;
  const rest = bits & 7;
  if (rest === 0) return true;
  const mask = 0xff00 >> rest;
  return ((bytes[whole] ?? 0) & mask) === ((address[whole] ?? 0) & mask);
}

function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  const bytes = new Uint8Array(4);
  for (const [index, part] of parts.entries()) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    bytes[index] = Number(part);
  }
  return bytes;
}

function parseIpv6(text: string): Uint8Array | null {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  let groups = text;
  if (dotted !== null) {
    const inner = parseIpv4(dotted[2] ?? '');
    if (inner === null) return null;
    const [a = 0, b = 0, c = 0, d = 0] = inner;
    groups = `${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = groups.split('::');
  if (halves.length > 2) return null;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const all = [...left, ...Array<string>(halves.length === 2 ? missing : 0).fill('0'), ...right];
  const bytes = new Uint8Array(16);
  for (const [index, group] of all.entries()) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return null;
    const value = Number.parseInt(group, 16);
    bytes[index * 2] = value >> 8;
    bytes[index * 2 + 1] = value & 0xff;
  }
  const mapped =
    bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return mapped ? bytes.slice(12) : bytes;
}
