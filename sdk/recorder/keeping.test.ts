import { expect, test } from 'bun:test';
import { cleanAddress } from './address.ts';
import { keptAttribute } from './attributes.ts';
import { isLeftOut } from './options.ts';
import { isSensitive, withoutCards } from './sensitive.ts';

const field = (attributes: Record<string, string>) =>
  ({
    getAttribute: (name: string) => attributes[name] ?? null,
    hasAttribute: (name: string) => name in attributes,
  }) as unknown as Element;

test('fields_for_secrets_are_known_by_type_purpose_and_name', () => {
  for (const attributes of [
    { type: 'password' },
    { type: 'text', 'data-rr-is-password': 'true' },
    { autocomplete: 'section-a cc-number' },
    { autocomplete: 'one-time-code' },
    { name: 'cardNumber' },
    { id: 'user_passwd' },
    { placeholder: 'CVC' },
  ])
    expect(isSensitive(field(attributes))).toBe(true);
  expect(isSensitive(field({ type: 'text', name: 'city', autocomplete: 'address-level2' }))).toBe(false);
});

test('numbers_of_cards_become_stars_and_other_numbers_stay', () => {
  expect(withoutCards('pay 4111 1111 1111 1111 now')).toBe('pay **** **** **** **** now');
  expect(withoutCards('378282246310005')).toBe('*'.repeat(15));
  expect(withoutCards('order 4111111111111112, 2026-11-25, +49 30 1234567')).toBe(
    'order 4111111111111112, 2026-11-25, +49 30 1234567',
  );
});

test('attributes_stay_where_they_say_how_something_looks_and_nowhere_else', () => {
  const kept = (name: string, value: string, tag = 'div') => keptAttribute(tag, name, value, true);
  expect(kept('class', 'card wide')).toBe('card wide');
  expect(kept('data-state', 'open')).toBe('open');
  expect(kept('data-rows', '12')).toBe('12');
  for (const name of [
    'title',
    'alt',
    'aria-label',
    'data-email',
    'placeholder',
    'x-new-attribute',
    'summary',
  ])
    expect(kept(name, 'Ada Lovelace')).toBe('*** ********');
  expect(kept('data-pin', '4711')).toBe('****');
  expect(kept('href', '/users/ada?token=1', 'a')).toBe('#');
  expect(kept('href', '#icon', 'use')).toBe('#icon');
  expect(kept('src', '/ada.png', 'img')).toBeNull();
  expect(kept('onclick', 'greet("Ada")')).toBeNull();
  expect(kept('content', 'Ada', 'meta')).toBeNull();
  expect(kept('content', 'width=device-width, initial-scale=1', 'meta')).toBe(
    'width=device-width, initial-scale=1',
  );
  expect(kept('style', 'color: red; background: url("/ada.png"); --who: "Ada"; margin: 0')).toBe(
    'color: red; background: none; --who: ""; margin: 0',
  );
});

test('addresses_lose_their_query_and_what_names_a_person', () => {
  const base = 'https://shop.example/';
  expect(cleanAddress('/cart?token=1#pay', base)).toBe('/cart');
  expect(cleanAddress('https://api.example/v1?key=1', base)).toBe('https://api.example/v1');
  expect(cleanAddress('/users/ada@example.com/edit', base)).toBe('/users/*/edit');
  expect(cleanAddress('/reset/0123456789abcdef0123456789abcdef', base)).toBe('/reset/*');
  expect(cleanAddress('data:text/plain,Ada', base)).toBe('');
});

test('left_out_paths_may_have_stars_and_are_otherwise_taken_as_they_are', () => {
  expect(isLeftOut('/admin/users', ['/admin/*'])).toBe(true);
  expect(isLeftOut('/admin', ['/admin/*'])).toBe(false);
  expect(isLeftOut('/aXb', ['/a.b'])).toBe(false);
});
