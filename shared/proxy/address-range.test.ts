import { expect, test } from 'bun:test';
import { AddressSet, parseAddress, parseRange, requireRange } from './address-range.ts';

const within = (range: string, address: string) => new AddressSet([requireRange(range)]).has(address);

test('ranges_cover_what_their_leading_bits_say', () => {
  expect(within('10.0.0.0/8', '10.255.0.1')).toBe(true);
  expect(within('10.0.0.0/8', '11.0.0.1')).toBe(false);
  expect(within('192.0.2.128/25', '192.0.2.129')).toBe(true);
  expect(within('192.0.2.128/25', '192.0.2.127')).toBe(false);
  expect(within('0.0.0.0/0', '203.0.113.1')).toBe(true);
  expect(within('2001:db8::/32', '2001:db8:ffff::1')).toBe(true);
  expect(within('2001:db8::/33', '2001:db8:8000::1')).toBe(false);
  expect(within('::/0', '10.0.0.1')).toBe(false);
  expect(within('192.0.2.1', '::ffff:192.0.2.1')).toBe(true);
});

test('what_is_no_address_is_in_no_range', () => {
  for (const text of [
    '',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '1.2.3.4.5',
    ':::',
    '1::2::3',
    'g::',
    '1:2:3:4:5:6:7:8:9',
  ])
    expect(parseAddress(text)).toBeNull();
  for (const text of ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/08', '::/129', '10.0.0.0/-1'])
    expect(parseRange(text)).toBeNull();
  expect(() => requireRange('nowhere')).toThrow('is not an address or range');
  expect(within('0.0.0.0/0', 'nonsense')).toBe(false);
});
