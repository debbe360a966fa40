/** The smallest database of places there can be, written after MaxMind's DB file format specification 2.0. */

export type Value = string | number | readonly Value[] | { readonly [key: string]: Value };

/** Places by the IPv4 network they are for: `'198.51.100.0/24': {…}`. Networks must not lie within each other. */
export function placesFile(networks: Readonly<Record<string, Value>>): Buffer {
  const tree: [number | null, number | null][] = [[null, null]];
  const data: Buffer[] = [];
  const ends: { node: number; side: 0 | 1; at: number }[] = [];
  let size = 0;
  for (const [network, value] of Object.entries(networks)) {
    const bits = bitsOf(network);
    let node = 0;
    for (const [index, bit] of bits.entries()) {
      const sides = tree[node];
      if (sides === undefined) throw new Error(`${network} lies within another network`);
      if (index === bits.length - 1) {
        ends.push({ node, side: bit, at: size });
        break;
      }
      sides[bit] ??= tree.push([null, null]) - 1;
      node = sides[bit] ?? 0;
    }
    const bytes = encoded(value);
    data.push(bytes);
    size += bytes.length;
  }
  // A record is a node, the number of nodes for "nothing", or beyond it a place in the data behind 16 bytes of zeros.
  for (const { node, side, at } of ends) {
    const sides = tree[node];
    if (sides !== undefined) sides[side] = tree.length + 16 + at;
  }
  const nodes = Buffer.concat(
    tree.flatMap((sides) => sides.map((record) => number(record ?? tree.length, 3))),
  );
  const about = encoded({
    node_count: tree.length,
    record_size: 24,
    ip_version: 4,
    database_type: 'Test-City',
    languages: ['en'],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_790_000_000,
    description: { en: 'for a test' },
  });
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([nodes, Buffer.alloc(16), ...data, marker, about]);
}

function bitsOf(network: string): (0 | 1)[] {
  const [address = '', length = '32'] = network.split('/');
  const all = address.split('.').flatMap((part) => Number(part).toString(2).padStart(8, '0').split(''));
  return all.slice(0, Number(length)).map((bit) => (bit === '1' ? 1 : 0));
}

/** Types: 2 text, 6 number of 32 bits, 7 map; 11, an extended one, array. */
function encoded(value: Value): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([control(2, text.length), text]);
  }
  if (typeof value === 'number') return Buffer.concat([control(6, 4), number(value, 4)]);
  if (isList(value)) {
    return Buffer.concat([control(0, value.length), Buffer.from([11 - 7]), ...value.map(encoded)]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, each]) => [encoded(key), encoded(each)]),
  ]);
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Sizes up to 28 are in the byte itself, those up to 284 in the next. */
function control(type: number, size: number): Buffer {
  return size < 29 ? Buffer.from([(type << 5) | size]) : Buffer.from([(type << 5) | 29, size - 29]);
}

function number(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
