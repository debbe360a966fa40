/** HPACK against the examples of its standard (RFC 7541, appendix C), and against what both sides must refuse. */

import { expect, test } from 'bun:test';
import { HpackDecoder } from './decoder.ts';
import { HpackEncoder } from './encoder.ts';
import { unpacked } from './huffman.ts';

type Fields = readonly (readonly [name: string, value: string])[];

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');

/** Null where the block cannot be read. */
function decoded(decoder: HpackDecoder, block: Buffer): Fields | null {
  const fields: [string, string][] = [];
  const whole = decoder.decode(block, 0, block.length, {
    add: ({ name, value }) => fields.push([name, value]),
  });
  return whole ? fields : null;
}

const first: Fields = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'www.example.com'],
];
const second: Fields = [...first, ['cache-control', 'no-cache']];
const third: Fields = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':path', '/index.html'],
  [':authority', 'www.example.com'],
  ['custom-key', 'custom-value'],
];

test('single_fields_of_the_standard_are_read', () => {
  const blocks: [string, Fields][] = [
    ['400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572', [['custom-key', 'custom-header']]],
    ['040c 2f73 616d 706c 652f 7061 7468', [[':path', '/sample/path']]],
    ['1008 7061 7373 776f 7264 0673 6563 7265 74', [['password', 'secret']]],
    ['82', [[':method', 'GET']]],
  ];
  for (const [hex, fields] of blocks) expect(decoded(new HpackDecoder(), bytesOf(hex))).toEqual(fields);
});

test('requests_in_a_row_are_read_plain_and_packed', () => {
  const plain = [
    '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
    '8286 84be 5808 6e6f 2d63 6163 6865',
    '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
  ];
  const packed = [
    '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
    '8286 84be 5886 a8eb 1064 9cbf',
    '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
  ];
  for (const blocks of [plain, packed]) {
    const decoder = new HpackDecoder();
    expect(blocks.map((hex) => decoded(decoder, bytesOf(hex)))).toEqual([first, second, third]);
  }
});

test('answers_in_a_row_push_each_other_out_of_a_small_table', () => {
  const common = (status: string, date: string): Fields => [
    [':status', status],
    ['cache-control', 'private'],
    ['date', `Mon, 21 Oct 2013 20:13:${date} GMT`],
    ['location', 'https://www.example.com'],
  ];
  const answers: Fields[] = [
    common('302', '21'),
    common('307', '21'),
    [
      ...common('200', '22'),
      ['content-encoding', 'gzip'],
      ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
    ],
  ];
  const plain = [
    '4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
    '4803 3330 37c1 c0bf',
    '88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31',
  ];
  const packed = [
    '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
    '4883 640e ffc1 c0bf',
    '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
  ];
  for (const blocks of [plain, packed]) {
    const decoder = new HpackDecoder();
    // A table of 256 bytes, as those examples have it.
    const bounded = blocks.map((hex, at) => Buffer.concat([bytesOf(at === 0 ? '3fe101' : ''), bytesOf(hex)]));
    expect(bounded.map((block) => decoded(decoder, block))).toEqual(answers);
  }
});

test('what_is_no_block_is_refused', () => {
  const bad: [string, string][] = [
    ['index 0', '80'],
    ['an index beyond both tables', 'be'],
    ['a number without an end', 'ffffffff'],
    ['a number that overflows', 'ffffffffff7f'],
    ['a string longer than the block', '0085aabb'],
    ['a literal without a value', '0001 61'],
    ['a larger table than was allowed', '3fe21f'],
    ['a change of the table behind a field', '8220'],
    ['padding of more than seven bits', '0001 6182 1fff'],
    ['padding that is not of ones', '0001 6181 00'],
    ['the end of a string within it', '0001 6184 ffff ffff'],
  ];
  for (const [name, hex] of bad) {
    expect(`${name}: ${decoded(new HpackDecoder(), bytesOf(hex))}`).toBe(`${name}: null`);
  }
  expect(decoded(new HpackDecoder(), bytesOf('3fe11f 82'))).toEqual([[':method', 'GET']]);
});

test('a_packed_string_ends_with_fewer_than_eight_ones_and_never_holds_its_own_end', () => {
  const text = (hex: string) => unpacked(bytesOf(hex), 0, bytesOf(hex).length);
  expect(text('')).toBe('');
  expect(text('1f')).toBe('a');
  // A byte of thirteen bits and three ones; of five bits and eleven ones; thirty ones.
  expect(text('ffc7')).toBe('\0');
  expect(text('1fff')).toBeNull();
  expect(text('ffffffff')).toBeNull();
});

test('what_we_say_is_read_as_what_was_meant_and_gets_short', () => {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder();
  const lines =
    'Content-Type: text/html\r\nX-Own:  ü \r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nETag: "x"\r\nConnection: a\r\n';
  const fields: Fields = [
    [':status', '200'],
    ['content-type', 'text/html'],
    ['x-own', 'ü'],
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
    ['etag', '"x"'],
  ];
  const before = Buffer.from(encoder.encode(200, lines));
  expect(decoded(decoder, before)).toEqual(fields);
  const after = Buffer.from(encoder.encode(200, lines));
  expect(decoded(decoder, after)).toEqual(fields);
  expect(before.length - after.length).toBe(18);
  // Never indexed (RFC 7541, 6.2.3).
  expect(after.includes(bytesOf('1f28 0361 3d31'))).toBe(true);
  expect(decoded(decoder, encoder.encode(429, ''))).toEqual([[':status', '429']]);
});

test('random_heads_come_out_as_they_went_in_whatever_the_table_is_allowed', () => {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder();
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let block = 0; block < 3_000; block++) {
    if (random(20) === 0) encoder.bound(random(5_000));
    const fields = Array.from({ length: random(12) }, () => {
      const value = String.fromCharCode(...Array.from({ length: random(60) }, () => 0x21 + random(90)));
      return [`x-${random(40)}`, random(3) === 0 ? value : String(random(20))] as const;
    });
    const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const status = 200 + random(300);
    expect(decoded(decoder, encoder.encode(status, lines))).toEqual([[':status', String(status)], ...fields]);
  }
});
