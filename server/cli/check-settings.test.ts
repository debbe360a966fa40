/** `windlass checks add|edit` against a control socket: which settings they ask for. */

import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { type CheckSettings, checkSettings } from '../../shared/uptime/check.ts';
import { type StubServer, stubServer } from './testing/stub-server.ts';

const viewOf = (id: number, settings: CheckSettings) => ({
  ...settings,
  ...{ id, given: false, status: 'up' as const, since: null, lastAt: null, lastMs: null },
  ...{ detail: null, failing: 0, outside: [] },
});
const home = checkSettings.parse({
  name: 'home',
  target: { kind: 'http', url: 'https://example.com/', headers: { 'X-Key': '1' }, follow: true },
});
const db = checkSettings.parse({ name: 'db', target: { kind: 'postgres', host: '10.0.0.5' } });

let server: StubServer;
const asked: unknown[] = [];
beforeAll(async () => {
  server = await stubServer({
    'checks.list': () => ({ checks: [viewOf(1, home), viewOf(2, db)] }),
    'checks.add': (settings) => {
      asked.push(settings);
      return { check: viewOf(3, settings) };
    },
    'checks.set': (settings) => {
      asked.push(settings);
      return { check: viewOf(settings.id, settings) };
    },
  });
});
beforeEach(() => asked.splice(0));
afterAll(() => server.close());

test('a_check_is_added_with_what_the_contract_has', async () => {
  const line =
    'checks add api https://example.com/h --method POST --body {} --json-path status --json-equals ok --within 800 --cert-days 14 --issuer Encrypt --timeout 5 --failures 4 --successes 3 --depends-on db --private';
  expect((await server.run(line.split(' '))).code).toBe(0);
  expect(asked).toMatchObject([
    {
      name: 'api',
      target: {
        ...{ kind: 'http', url: 'https://example.com/h', method: 'POST', body: '{}' },
        expect: {
          json: { path: 'status', equals: 'ok' },
          withinMs: 800,
          certificateDays: 14,
          issuer: 'Encrypt',
        },
      },
      ...{ timeoutSeconds: 5, failures: 4, successes: 3, dependsOn: 2, allowPrivate: true },
    },
  ]);
});

test('an_edit_changes_what_it_names_and_nothing_else', async () => {
  await server.run(['checks', 'edit', 'home', '--failures', '5', '--no-follow']);
  await server.run(['checks', 'edit', 'home', 'https://example.org/', '--severity=warning']);
  expect(asked).toEqual([
    { ...home, id: 1, failures: 5, target: { ...home.target, follow: false } },
    { ...home, id: 1, severity: 'warning', target: { ...home.target, url: 'https://example.org/' } },
  ]);
});

test('a_password_comes_from_stdin_only', async () => {
  const told = await server.run(['checks', 'edit', 'home', '--password', 'hunter2']);
  expect([told.code, asked.length]).toEqual([2, 0]);
  expect(told.err).not.toContain('hunter2');
  await server.run(['checks', 'edit', 'home', '--password', '-'], { stdin: 'hunter2\n' });
  expect(asked).toMatchObject([{ target: { password: 'hunter2' } }]);
});

test('what_does_not_fit_the_kind_or_is_no_value_is_wrong_usage', async () => {
  for (const flags of [
    ['db', '--issuer', 'x'],
    ['home', '--depends-on', 'home'],
    ['home', '--every', '1'],
    ['home', '--json-path', 'a'],
    ['nobody', '--every', '60'],
  ]) {
    expect((await server.run(['checks', 'edit', ...flags])).code).toBe(2);
  }
  expect(asked).toEqual([]);
});
