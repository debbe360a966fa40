/** What engines said of registries, word for word, and what is made of it. */

import { expect, test } from 'bun:test';
import { registryName } from './credentials.ts';
import { registryFailure, registryRefusal } from './registry-words.ts';

const hub = { what: 'the image shop/web:1', registry: 'docker.io' };

test('each_refusal_is_told_from_the_others', () => {
  const said: [string, ReturnType<typeof registryRefusal>][] = [
    [
      'toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
      'limited',
    ],
    [
      'error pulling image configuration: download failed after attempts=6: unexpected status: 429 Too Many Requests',
      'limited',
    ],
    ['manifest for nginx:none not found: manifest unknown: manifest unknown', 'missing'],
    ['name unknown: repository name not known to registry', 'missing'],
    [
      'failed to resolve source metadata for docker.io/library/nginx:none: docker.io/library/nginx:none: not found',
      'missing',
    ],
    [
      "pull access denied for shop/web, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      'unauthorized',
    ],
    ['Head "http://127.0.0.1:5999/v2/apps/base/manifests/1": no basic auth credentials', 'unauthorized'],
    ['unauthorized: authentication required', 'unauthorized'],
    ['Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password', 'unauthorized'],
    ['failed to authorize: failed to fetch oauth token: unexpected status: 403 Forbidden', 'unauthorized'],
    ['Get "https://x/v2/": dial tcp: lookup x on 10.0.0.1:53: no such host', 'unreachable'],
    ['Get "https://x/v2/": http: server gave HTTP response to HTTPS client', 'unreachable'],
    ['Get "https://x/v2/": x509: certificate signed by unknown authority', 'unreachable'],
    ['no space left on device', null],
  ];
  for (const [words, refusal] of said) expect([words, registryRefusal(words)]).toEqual([words, refusal]);
});

test('a_rate_limit_asks_for_a_login_only_where_there_is_none', () => {
  const words = 'toomanyrequests: You have reached your pull rate limit.';
  const without = registryFailure({ ...hub, login: null, words });
  expect(without).toMatchObject({ code: 'limit' });
  expect(without.hint).toContain('windlass registry add docker.io --user NAME');
  const withOne = registryFailure({ ...hub, login: { username: 'me' }, words });
  expect(withOne.hint).toContain('The limit of me is used up');
  expect(withOne.hint).not.toContain('registry add');
});

test('every_name_of_a_registry_is_one_name', () => {
  for (const hubName of [
    'docker.io',
    'https://index.docker.io/v1/',
    'Registry-1.docker.io',
    'hub.docker.com',
  ]) {
    expect(registryName(hubName)).toBe('docker.io');
  }
  expect(registryName('https://GHCR.io/')).toBe('ghcr.io');
  expect(registryName('registry.example.com:5000')).toBe('registry.example.com:5000');
});
