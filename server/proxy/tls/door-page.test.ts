/** What requests without TLS are told before any app sees them. */

import { afterEach, expect, test } from 'bun:test';
import { answering, get, ok, startApps } from '../rig.ts';
import type { PlainDoor } from './certificate-source.ts';

const apps = startApps();
afterEach(() => apps.close());

const door: PlainDoor = {
  challenge: (token) => (token === 'the-one' ? 'the-one.proof' : null),
  redirect: (host) => (host.startsWith('app.test') ? 'https://app.test:8443' : null),
};

test('plain_requests_are_led_to_https_with_their_path_and_query_as_they_came', async () => {
  const { app, rig } = apps.one(answering(ok('hi')), { door });
  const answer = await (await rig.ask(get('/a%2Fb?p=a;b'))).closes();
  expect(answer).toStartWith('HTTP/1.1 301 ');
  expect(answer).toContain('Location: https://app.test:8443/a%2Fb?p=a;b\r\n');
  const posted = await (
    await rig.ask('POST /x HTTP/1.1\r\nHost: app.test\r\nContent-Length: 2\r\n\r\nhi')
  ).closes();
  expect(posted).toStartWith('HTTP/1.1 308 ');
  expect(app.received).toBe('');
  expect(rig.log.map(({ status, path }) => [status, path])).toEqual([
    [301, '/a%2Fb?p=a;b'],
    [308, '/x'],
  ]);
});

test('a_challenge_is_answered_before_the_redirect_and_an_unknown_one_is_the_apps', async () => {
  const { app, rig } = apps.one(answering(ok('hi')), { door: { ...door, redirect: () => null } });
  const shown = await (await rig.ask(get('/.well-known/acme-challenge/the-one'))).closes();
  expect(shown).toEndWith('\r\n\r\nthe-one.proof');
  await (await rig.ask(get('/.well-known/acme-challenge/other'))).sees('hi');
  expect(app.received).toContain('/.well-known/acme-challenge/other');
  expect(app.received).not.toContain('the-one');
});

test('our_own_question_is_never_led_away_and_a_strangers_word_for_it_counts_nothing', async () => {
  const { rig } = apps.one(answering(ok('hi')), { door });
  await (await rig.ask(get('/', 'Windlass-Probe: the-token\r\n'))).sees('hi');
  expect(await (await rig.ask(get('/', 'Windlass-Probe: guess\r\n'))).closes()).toStartWith('HTTP/1.1 301 ');
});
