/** Whose an address is, and when nobody may be sent to it; the engine's part is spoken by hand. */

import { expect, test } from 'bun:test';
import type { NetworkInterfaceInfo } from 'node:os';
import type { Shortcut } from '../../../shared/proxy/backend.ts';
import { type AddressBook, createAddressBook } from './address-book.ts';
import type { ContainerState } from './docker.ts';
import { ownAddress } from './own-address.ts';

const networkId = '0123456789abcdef';
const gateway = '172.30.0.1';

/** What a look finds of a container of network `network` at `address`. */
const found = (address: string, network = 'shop') =>
  ({
    HostConfig: { NetworkMode: network, PortBindings: { '3000/tcp': [{ HostPort: '20000' }] } },
    NetworkSettings: {
      Networks: { [network]: { NetworkID: networkId, Gateway: gateway, IPAddress: address } },
    },
  }) as unknown as ContainerState;

const bridge = (name: string, address: string) => ({
  [name]: [{ address } as NetworkInterfaceInfo],
});
const here = bridge('br-0123456789ab', gateway);

function room() {
  const looked: string[] = [];
  const silent = new Set(['172.30.0.99']);
  const known = new Map<string, Shortcut | null>();
  const book: AddressBook = createAddressBook({
    look: (container) => looked.push(container),
    find: (state) => ownAddress(state, here),
    reaches: async ({ host }) => !silent.has(host),
  });
  const open = (...containers: string[]) => {
    for (const container of containers) book.open(container, (now) => known.set(container, now));
  };
  const look = (container: string, state: ContainerState) =>
    book.seen(container, book.lookBegins(container), state);
  return { book, silent, looked, known, open, look };
}

const at = (host: string, open = true) => ({ host, port: 3000, open });

test('an_address_counts_only_where_the_bridge_of_its_network_is_on_this_machine', () => {
  const state = found('172.30.0.2');
  expect(ownAddress(state, here)).toEqual({ host: '172.30.0.2', port: 3000 });
  // A virtual machine, or an engine without root, has the same network somewhere else.
  expect(ownAddress(state, {})).toBeNull();
  expect(ownAddress(state, bridge('br-0123456789ab', '10.0.0.1'))).toBeNull();
  expect(ownAddress(state, bridge('eth0', gateway))).toBeNull();
  expect(ownAddress(found(''), here)).toBeNull();
  expect(
    ownAddress({ ...state, HostConfig: { NetworkMode: 'shop', PortBindings: {} } } as ContainerState, here),
  ).toBeNull();
});

test('an_engine_that_says_nothing_of_networks_leaves_the_published_port', () => {
  expect(ownAddress({} as ContainerState, here)).toBeNull();
  expect(ownAddress({ ...found('172.30.0.2'), NetworkSettings: {} } as ContainerState, here)).toBeNull();
});

test('an_address_that_nobody_answers_at_is_not_used', async () => {
  const { known, open, look } = room();
  open('a', 'b');
  await look('a', found('172.30.0.99'));
  await look('b', found('172.30.0.2'));
  expect(known.get('a') ?? null).toBeNull();
  expect(known.get('b')).toEqual(at('172.30.0.2'));
});

test('the_address_of_a_container_that_ended_is_let_go_of_at_once_and_a_look_begun_before_does_not_bring_it_back', async () => {
  const { book, known, open, look } = room();
  open('a');
  await look('a', found('172.30.0.2'));
  const before = book.lookBegins('a');
  book.lost('a');
  expect(known.get('a')).toBeNull();
  await book.seen('a', before, found('172.30.0.2'));
  expect(known.get('a')).toBeNull();
  // Started again by hand, with another address.
  await look('a', found('172.30.0.7'));
  expect(known.get('a')).toEqual(at('172.30.0.7'));
  book.close('a');
  expect(known.get('a')).toBeNull();
});

test('two_containers_that_swapped_addresses_while_nobody_heard_are_each_found_where_they_are', async () => {
  const { book, known, open, look } = room();
  open('a', 'b');
  await look('a', found('172.30.0.2'));
  await look('b', found('172.30.0.3'));
  book.doubtAll();
  expect([...known.values()]).toEqual([at('172.30.0.2', false), at('172.30.0.3', false)]);
  await look('a', found('172.30.0.3'));
  expect(known.get('a')).toEqual(at('172.30.0.3'));
  expect(known.get('b')).toEqual(at('172.30.0.3', false));
  await look('b', found('172.30.0.2'));
  expect(known.get('b')).toEqual(at('172.30.0.2'));
});

test('while_a_container_is_started_nobody_new_is_sent_to_addresses_of_its_network_and_others_are_left_alone', async () => {
  const { book, looked, known, open, look } = room();
  open('a', 'other');
  await look('a', found('172.30.0.2'));
  await look('other', found('172.30.0.3', 'blog'));
  const { promise, resolve } = Promise.withResolvers<void>();
  const started = book.whileStarting('shop', () => promise);
  expect(known.get('a')).toEqual(at('172.30.0.2', false));
  expect(known.get('other')).toEqual(at('172.30.0.3'));
  // A look for another reason does not open it.
  await look('a', found('172.30.0.2'));
  expect(known.get('a')).toEqual(at('172.30.0.2', false));
  resolve();
  await started;
  expect(looked).toEqual(['a']);
  await look('a', found('172.30.0.2'));
  expect(known.get('a')).toEqual(at('172.30.0.2'));
});

test('while_nobody_tells_of_ends_an_address_is_kept_as_long_as_somebody_answers_there', async () => {
  const { book, silent, known, open, look } = room();
  open('lives', 'ended');
  await look('lives', found('172.30.0.2'));
  await look('ended', found('172.30.0.3'));
  silent.add('172.30.0.3');
  let over = false;
  book.mindAlone(() => over);
  await Promise.resolve();
  await Promise.resolve();
  over = true;
  expect(known.get('lives')).toEqual(at('172.30.0.2'));
  expect(known.get('ended')).toBeNull();
});

test('a_start_that_fails_ends_the_doubt_as_well', async () => {
  const { book, looked, known, open, look } = room();
  open('a');
  await look('a', found('172.30.0.2'));
  const failed = book.whileStarting('shop', () => Promise.reject(new Error('no')));
  await expect(failed).rejects.toThrow('no');
  expect(looked).toEqual(['a']);
  await look('a', found('172.30.0.2'));
  expect(known.get('a')).toEqual(at('172.30.0.2'));
});
