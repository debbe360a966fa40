import { expect, test } from 'bun:test';
import { createSessions, isOwnHost, isOwnOrigin } from './session.ts';

test('a_token_becomes_a_cookie_once_and_no_other_value_does', () => {
  const sessions = createSessions('windlass-1');
  expect(sessions.exchange('x')).toBeNull();
  expect(sessions.exchange('')).toBeNull();
  const cookie = sessions.exchange(sessions.token) ?? '';
  expect(cookie).toEndWith('; Path=/; HttpOnly; SameSite=Strict');
  expect(sessions.exchange(sessions.token)).toBeNull();
  const [pair = ''] = cookie.split(';');
  expect(sessions.knows(`other=1; ${pair}`)).toBe(true);
  expect(sessions.knows(`${pair}x`)).toBe(false);
  expect(sessions.knows(pair.replace('windlass-1', 'windlass-2'))).toBe(false);
  expect(sessions.knows(undefined)).toBe(false);
  expect(cookie).not.toContain(sessions.token);
});
test('only_names_of_this_computer_with_this_very_port_are_our_own', () => {
  expect([isOwnHost('127.0.0.1:80', 80), isOwnHost('localhost:80', 80)]).toEqual([true, true]);
  for (const host of [
    '127.0.0.1:81',
    '127.0.0.1',
    'evil.example:80',
    '127.0.0.1.evil.example:80',
    undefined,
  ]) {
    expect(isOwnHost(host, 80)).toBe(false);
  }
  expect(isOwnOrigin('http://127.0.0.1:80', '127.0.0.1:80', 80)).toBe(true);
  for (const origin of ['http://localhost:80', 'https://127.0.0.1:80', 'null', undefined]) {
    expect(isOwnOrigin(origin, '127.0.0.1:80', 80)).toBe(false);
  }
});
