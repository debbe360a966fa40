import { expect, test } from 'bun:test';
import { UsageError } from './usage-error.ts';
import { readTarget } from './verbs/check-target.ts';

test('an_address_says_by_its_scheme_what_is_asked', () => {
  expect(readTarget('https://example.com/x')).toMatchObject({
    kind: 'http',
    url: 'https://example.com/x',
    expect: { status: '200-399' },
  });
  expect(readTarget('tcp://[::1]:22')).toMatchObject({ kind: 'tcp', host: '::1', port: 22 });
  expect(readTarget('tls://example.com')).toMatchObject({ kind: 'tls', port: 443, days: 14 });
  expect(readTarget('postgres://me@db')).toMatchObject({
    kind: 'postgres',
    port: 5432,
    user: 'me',
  });
  expect(readTarget('redis://:p%40ss@cache:7000')).toMatchObject({ port: 7000, password: 'p@ss' });
  expect(readTarget('dns://example.com')).toMatchObject({
    kind: 'dns',
    name: 'example.com',
  });
  expect(readTarget('cron://shop/tidy%20up')).toMatchObject({
    kind: 'cron',
    app: 'shop',
    name: 'tidy up',
  });
  expect(readTarget('instances://shop')).toMatchObject({ kind: 'instances', app: 'shop' });
  expect(readTarget('push')).toEqual({ kind: 'push' });
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
    expect(() => readTarget(text)).toThrow(UsageError);
  }
});
