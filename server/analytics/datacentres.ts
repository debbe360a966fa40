/** Addresses of datacentres, from a list of the person's choice: what comes from there is no person. Pure. */

import { WindlassError } from '../../shared/errors.ts';
import { type AddressRange, parseAddress, parseRange } from '../../shared/proxy/address-range.ts';

/** The large clouds together announce some 60,000. */
const mostRanges = 1_000_000;

export class Datacentres {
  readonly #v4: Spans;
  readonly #v6: Spans;
  /** Ranges of the list, those within others included. */
  readonly ranges: number;

  constructor(ranges: readonly AddressRange[]) {
    this.#v4 = spansOf(ranges.filter(({ bytes }) => bytes.length === 4));
    this.#v6 = spansOf(ranges.filter(({ bytes }) => bytes.length === 16));
    this.ranges = ranges.length;
  }

  /** False for what is no address. */
  has(address: string): boolean {
    const bytes = parseAddress(address);
    return bytes !== null && within(bytes.length === 4 ? this.#v4 : this.#v6, numberOf(bytes));
  }
}

/**
 * One address or range a line; what follows it behind a comma, semicolon or space, empty lines and those that begin with `#` do
 * not matter. Throws `invalid` and names the line.
 */
export function readDatacentres(text: string): Datacentres {
  const ranges: AddressRange[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const [word = ''] = line.trim().split(/[\s,;]/, 1);
    if (word === '' || word.startsWith('#')) continue;
    const range = parseRange(word);
    if (range === null) {
      throw new WindlassError('invalid', `line ${index + 1} of the list is no address or range`, {
        hint: 'One a line, like 203.0.113.0/24 or 2001:db8::/32; lines that begin with # are left alone.',
      });
    }
    if (ranges.push(range) > mostRanges) {
      throw new WindlassError('limit', `the list has more than ${mostRanges} ranges`, {
        hint: 'Join ranges that lie side by side.',
      });
    }
  }
  return new Datacentres(ranges);
}

/** Sorted, none touching another: `ends[i]` is the last address of the span that begins at `starts[i]`. */
interface Spans {
  readonly starts: readonly bigint[];
  readonly ends: readonly bigint[];
}

function spansOf(ranges: readonly AddressRange[]): Spans {
  const all = ranges
    .map(({ bytes, bits }) => {
      const rest = BigInt(bytes.length * 8 - bits);
      const start = (numberOf(bytes) >> rest) << rest;
      return { start, end: start + (1n << rest) - 1n };
    })
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const starts: bigint[] = [];
  const ends: bigint[] = [];
  for (const { start, end } of all) {
    const last = ends.at(-1);
    if (last === undefined || start > last) {
      starts.push(start);
      ends.push(end);
    } else if (end > last) {
      ends[ends.length - 1] = end;
    }
  }
  return { starts, ends };
}

function within({ starts, ends }: Spans, address: bigint): boolean {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0n) <= address) low = middle + 1;
    else high = middle;
  }
  const end = ends[low - 1];
  return end !== undefined && address <= end;
}

function numberOf(bytes: Uint8Array): bigint {
  let number = 0n;
  for (const byte of bytes) number = (number << 8n) | BigInt(byte);
  return number;
}
