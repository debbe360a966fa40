import { expect, test } from 'bun:test';
import { mayReach, reach } from './address-guard.ts';

test('what_is_inside_is_reached_only_where_the_owner_allows_it', () => {
  const inside = [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fd12::1',
  ];
  for (const address of inside) expect([address, mayReach(address, false)]).toEqual([address, false]);
  for (const address of inside) expect([address, mayReach(address, true)]).toEqual([address, true]);
});

test('the_metadata_of_a_cloud_and_multicast_are_never_reached', () => {
  for (const address of [
    '169.254.169.254',
    'fe80::1',
    '224.0.0.1',
    '255.255.255.255',
    'ff02::1',
    'fd00:ec2::254',
  ]) {
    expect([address, mayReach(address, true)]).toEqual([address, false]);
  }
});

test('ipv4_in_ipv6_is_judged_as_what_it_is', () => {
  for (const address of [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::10.0.0.1',
    '2002:c0a8:1::',
    '::127.0.0.1',
  ]) {
    expect([address, mayReach(address, false)]).toEqual([address, false]);
  }
  expect(mayReach('::ffff:169.254.169.254', true)).toBe(false);
  expect(mayReach('::ffff:8.8.8.8', false)).toBe(true);
});

test('the_public_is_reached_and_nonsense_is_not', () => {
  for (const address of ['8.8.8.8', '172.32.0.1', '2606:4700::1111', '1.1.1.1'])
    expect(mayReach(address, false)).toBe(true);
  for (const address of ['', 'localhost', '1.2.3', '::g']) expect(mayReach(address, true)).toBe(false);
});

test('a_name_with_one_address_inside_is_forbidden_whole', async () => {
  const resolve = async () => ['8.8.8.8', '10.0.0.1'];
  expect(await reach('twofaced.example', false, resolve)).toEqual({ kind: 'forbidden', address: '10.0.0.1' });
  expect(await reach('twofaced.example', true, resolve)).toEqual({ kind: 'address', address: '8.8.8.8' });
  expect(await reach('[::1]', false)).toEqual({ kind: 'forbidden', address: '::1' });
});

test('a_resolver_that_is_down_says_nothing_about_the_name', async () => {
  const failing = (code: string) => async () => {
    throw Object.assign(new Error(code), { code });
  };
  expect((await reach('a.example', false, failing('EAI_AGAIN'))).kind).toBe('unsure');
  expect((await reach('a.example', false, failing('ESERVFAIL'))).kind).toBe('unsure');
  expect((await reach('a.example', false, failing('ENOTFOUND'))).kind).toBe('nowhere');
});
