import { expect, test } from 'bun:test';
import { UsageError } from './usage-error.ts';
import { readTarget } from './verbs/check-target.ts';

test('an_address_says_by_its_scheme_what_is_asked', () => {
  expect(readTarget('https://example.com/x', 'Welcome')).toMatchObject({
    kind: 'http',
    url: 'https://example.com/x',
    expect: { status: '200-399', contains: 'Welcome' },
  });
  expect(readTarget('tcp://[::1]:22', undefined)).toMatchObject({ kind: 'tcp', host: '::1', port: 22 });
  expect(readTarget('tls://example.com', undefined)).toMatchObject({ kind: 'tls', port: 443, days: 14 });
  expect(readTarget('postgres://me@db', undefined)).toMatchObject({
    kind: 'postgres',
    port: 5432,
    user: 'me',
  });
  expect(readTarget('redis://:p%40ss@cache:7000', undefined)).toMatchObject({ port: 7000, password: 'p@ss' });
  expect(readTarget('dns://example.com', '1.2.3.4')).toMatchObject({
    kind: 'dns',
    name: 'example.com',
    contains: '1.2.3.4',
  });
  expect(readTarget('cron://shop/tidy%20up', undefined)).toMatchObject({
    kind: 'cron',
    app: 'shop',
    name: 'tidy up',
  });
  expect(readTarget('instances://shop', undefined)).toMatchObject({ kind: 'instances', app: 'shop' });
  expect(readTarget('push', undefined)).toEqual({ kind: 'push' });
});

test('what_is_no_target_is_wrong_usage', () => {
  for (const text of [
    '',
    'example.com',
    'tcp://example.com',
    'ftp://example.com',
    'tcp://example.com:99999',
    'cron://Shop!/x',
  ]) {
    expect(() => readTarget(text, undefined)).toThrow(UsageError);
  }
});
