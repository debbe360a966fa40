/** The password page: what a browser sees, what a right and a wrong password do, and where a cookie is worth something. */

import { afterEach, expect, test } from 'bun:test';
import type { Clock } from '../../kernel/clock.ts';
import { answering, get, ok, startApps } from '../rig.ts';
import type { PlacePassword } from './passwords.ts';
import { ServiceRules } from './service-rules.ts';
import { unlockEndpoint } from './unlock-endpoint.ts';

const { one, close } = startApps();
afterEach(close);

const secret = new Uint8Array(32).fill(3);

function guarded(passwords: readonly PlacePassword[]) {
  let time = Date.now();
  const clock: Clock = { now: () => time, monotonic: () => performance.now() };
  const { rig, app } = one(answering(ok('the app')), {
    clock,
    endpoints: [unlockEndpoint((_, path) => rules.gatesOf(path), clock)],
  });
  const rules = new ServiceRules('shop/production', {}, passwords, secret);
  rig.service.rules = rules;
  const ask = async (request: string, end = '\r\n\r\n') => (await rig.ask(request)).sees(end);
  const unlock = (fields: Record<string, string>) => {
    const body = new URLSearchParams(fields).toString();
    return ask(
      `POST /.windlass/unlock HTTP/1.1\r\nHost: app.test\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  };
  return { ask, app, rig, rules, unlock, later: (ms: number) => (time += ms) };
}

const cookieOf = (text: string) => /\r\nSet-Cookie: ([^;]+); Path=\/; /.exec(text)?.[1] ?? '';
const withCookie = (cookie: string) => get('/', `Cookie: a=b; ${cookie}\r\n`);

test('a_browser_gets_a_page_and_a_program_basic_authentication', async () => {
  const { ask, app } = guarded([{ user: '', password: 'open sesame' }]);
  const page = await ask(get('/a&b%22?c=d', 'Accept: text/html\r\n'), '</main>');
  expect(page).toStartWith('HTTP/1.1 401 ');
  expect(page).not.toContain('WWW-Authenticate');
  expect(page).toContain('value="/a&#38;b&#37;22?c=d"');
  expect(page).not.toContain('name="name"');
  expect(await ask(get('/'))).toContain('\r\nWWW-Authenticate: Basic ');
  expect(app.received).toBe('');
});

test('a_password_that_fits_earns_a_cookie_and_leads_on_inside_the_site', async () => {
  const { ask, unlock } = guarded([{ user: '', password: 'open sesame' }]);
  const opened = await unlock({ password: 'open sesame', to: '/deep?x=1' });
  expect(opened).toStartWith('HTTP/1.1 303 ');
  expect(opened).toContain('\r\nLocation: /deep?x=1\r\n');
  expect(opened).toContain('; HttpOnly; SameSite=Lax\r\n');
  expect(await ask(withCookie(cookieOf(opened)))).toStartWith('HTTP/1.1 200 ');
  for (const to of ['//evil.example', '/\\evil.example', 'https://evil.example', '/a b', ''])
    expect(await unlock({ password: 'open sesame', to })).toContain('\r\nLocation: /\r\n');
});

test('a_wrong_password_is_said_so_and_guessing_is_slowed_down', async () => {
  const { unlock, app } = guarded([{ user: 'ann', password: 'open sesame' }]);
  const wrong = await unlock({ name: 'bob', password: 'open sesame', to: '/' });
  expect(wrong).toStartWith('HTTP/1.1 401 ');
  expect(wrong).toContain('That was not it');
  expect(wrong).toContain('name="name"');
  let last = '';
  for (let guess = 0; guess < 12; guess++) last = await unlock({ name: 'ann', password: `${guess}` });
  expect(last).toMatch(/^HTTP\/1\.1 429 [\s\S]*\r\nRetry-After: \d/);
  expect(last).not.toContain('Set-Cookie');
  expect(await unlock({ name: 'ann', password: 'open sesame' })).toStartWith('HTTP/1.1 303 ');
  expect(app.received).toBe('');
});

test('a_cookie_is_worth_nothing_when_it_is_old_forged_or_of_other_passwords_or_places', async () => {
  const { ask, unlock, rig, later } = guarded([{ user: '', password: 'open sesame' }]);
  const cookie = cookieOf(await unlock({ password: 'open sesame' }));
  expect(await ask(withCookie(cookie))).toStartWith('HTTP/1.1 200 ');
  const forged = cookie.replace(/=\d/, '=9');
  expect(await ask(withCookie(forged))).toStartWith('HTTP/1.1 401 ');
  for (const other of [
    new ServiceRules('shop/production', {}, [{ user: '', password: 'changed' }], secret),
    new ServiceRules('blog/production', {}, [{ user: '', password: 'open sesame' }], secret),
  ]) {
    rig.service.rules = other;
    expect(await ask(withCookie(cookie))).toStartWith('HTTP/1.1 401 ');
  }
  rig.service.rules = new ServiceRules(
    'shop/production',
    {},
    [{ user: '', password: 'open sesame' }],
    secret,
  );
  expect(await ask(withCookie(cookie))).toStartWith('HTTP/1.1 200 ');
  later(31 * 86_400_000);
  expect(await ask(withCookie(cookie))).toStartWith('HTTP/1.1 401 ');
});

test('the_key_of_one_place_opens_no_other_and_a_browser_keeps_several', async () => {
  const { ask, unlock } = guarded([
    { user: '', password: 'open sesame' },
    { path: '/admin', user: '', password: 'for few' },
  ]);
  const whole = cookieOf(await unlock({ password: 'open sesame', to: '/' }));
  const admin = cookieOf(await unlock({ password: 'for few', to: '/admin/users' }));
  expect(await unlock({ password: 'open sesame', to: '/admin/users' })).toStartWith('HTTP/1.1 401 ');
  expect(await unlock({ password: 'for few', to: '/' })).toStartWith('HTTP/1.1 401 ');
  const at = async (path: string, cookie: string) =>
    Number((await ask(get(path, `Cookie: ${cookie}\r\n`))).slice(9, 12));
  expect([await at('/', whole), await at('/admin', whole)]).toEqual([200, 401]);
  expect([await at('/', admin), await at('/admin', admin)]).toEqual([401, 200]);
  const both = `${admin}; ${whole}`;
  expect([await at('/', both), await at('/admin/x', both)]).toEqual([200, 200]);
  // A spelling that is the one place to one app and the other to another needs both keys.
  expect([await at('/ADMIN', whole), await at('/ADMIN', admin), await at('/ADMIN', both)]).toEqual([
    401, 401, 200,
  ]);
});
