import { describe, expect, test } from 'bun:test';
import { PlaceRules } from './place-rules.ts';

const places = new PlaceRules('whole', [
  { path: '/admin', rule: 'admin' },
  { path: '/admin/logs', rule: 'logs' },
  { path: '/Hooks', rule: 'hooks' },
]);

describe('the plain spelling', () => {
  test.each([
    ['/', 'whole'],
    ['/admin', 'admin'],
    ['/admin/', 'admin'],
    ['/admin?to=/admin/logs', 'admin'],
    ['/admin/users/1', 'admin'],
    ['/admin/logs', 'logs'],
    ['/admin/logs/today', 'logs'],
    ['/administration', 'whole'],
    ['/admin-area', 'whole'],
    ['/shop/admin', 'whole'],
    ['/a%20b/caf%C3%A9', 'whole'],
    ['/Hooks/a', 'hooks'],
  ])('%s meets %s alone', (path, rule) => {
    expect(places.of(path)).toEqual([rule]);
  });
});

describe('no spelling gets past', () => {
  test.each([
    '/ADMIN',
    '/Admin/users',
    '//admin',
    '/./admin',
    '/x/../admin',
    '/%61dmin',
    '/%2561dmin',
    '/%252561dmin',
    '/admin%2fusers',
    '/x/%2e%2e/admin',
    '/x%2f..%2fadmin',
    '/x/%252e%252e/admin',
    '/admin;jsessionid=1',
    '/admin%3bx',
    '/;x/admin',
    '/public/..;/admin',
    '/\\admin',
    '/x\\..\\admin',
    '/%5cadmin',
    '/admin%00.png',
    '/admin.json',
    '/admin/%',
    '/admin?',
  ])('%s', (path) => {
    expect(places.of(path)).toContain('admin');
  });
});

test('what_opens_a_part_is_met_alone_only_by_its_own_spelling', () => {
  for (const path of ['/hooks', '/Hooks.json', '/HOOKS/a']) expect(places.of(path)).toContain('whole');
  expect(places.of('/Hooks;/../x')).not.toEqual(['hooks']);
});

test('without_places_the_whole_decides', () => {
  expect(new PlaceRules('whole', []).of('/anything')).toEqual(['whole']);
});
