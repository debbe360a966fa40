import { expect, test } from 'bun:test';
import { dsnOf } from './dsn.ts';
import { parseDsn } from './wire/auth.ts';

test('a_dsn_names_the_apps_host_and_this_machine_by_its_address', () => {
  expect(dsnOf('https://shop.example', 'k'.repeat(32), 7)).toBe(
    `https://${'k'.repeat(32)}@shop.example/.windlass/7`,
  );
  expect(dsnOf('http://shop.localhost:8080', 'abcd', 7)).toBe('http://abcd@127.0.0.1:8080/.windlass/7');
});

test.each([
  ['http://key@host/7', { key: 'key', project: '7' }],
  ['https://key:secret@host:8443/a/b/7', { key: 'key', project: '7' }],
  ['http://host/7', null],
  ['http://key@host/', null],
  ['nonsense', null],
])('%s', (text, dsn) => {
  expect(parseDsn(text)).toEqual(dsn);
});
