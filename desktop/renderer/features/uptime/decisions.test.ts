import { expect, test } from 'bun:test';
import { checkSettings } from '../../../../shared/uptime/check.ts';
import { beatCells, percentText, sorted, statusTone } from './beat-cells.ts';
import { draftOf, emptyDraft, settingsOf } from './check-draft.ts';

test('a_hundred_percent_means_it', () => {
  expect([100, 99.9999, 99.5, null].map(percentText)).toEqual(['100 %', '99.99 %', '99.50 %', '–']);
});

test('a_day_without_results_is_neither_good_nor_bad', () => {
  const beat = (up: number, down: number) => ({ at: 0, up, down, p50: null, p95: null, p99: null });
  expect(beatCells([beat(0, 0), beat(10, 0), beat(99, 1), beat(1, 1)]).map(({ tone }) => tone)).toEqual([
    null,
    'good',
    'warn',
    'bad',
  ]);
  expect([statusTone('up', 0), statusTone('up', 2), statusTone('down', 0), statusTone('paused', 0)]).toEqual([
    'good',
    'warn',
    'bad',
    'off',
  ]);
});

test('what_is_down_comes_first_and_all_words_are_looked_for', () => {
  const check = (name: string, status: 'up' | 'down' | 'paused') => ({
    ...{ name, status, detail: null },
    target: { kind: 'http' },
  });
  const all = [check('c10', 'up'), check('c9', 'up'), check('z', 'down'), check('a', 'paused')];
  expect(sorted(all, '').map(({ name }) => name)).toEqual(['z', 'c9', 'c10', 'a']);
  expect(sorted(all, 'HTTP c1').map(({ name }) => name)).toEqual(['c10']);
  expect(sorted(all, 'tcp')).toEqual([]);
});

const others = [{ id: 4, name: 'db' }];

test('a_draft_becomes_a_check_or_says_what_is_wrong', () => {
  const draft = { ...emptyDraft, name: 'home', address: 'https://example.com/' };
  const made = (more: Partial<typeof draft>, texts: Record<string, string> = {}) =>
    settingsOf({ ...draft, ...more, more: { ...draft.more, ...texts } }, others);
  expect(made({})).toMatchObject({
    settings: { target: { kind: 'http', url: 'https://example.com/' }, everySeconds: 60, timeoutSeconds: 10 },
  });
  expect(made({ kind: 'postgres', address: 'db.internal' })).toMatchObject({
    settings: { target: { kind: 'postgres', host: 'db.internal', port: 5432 } },
  });
  expect(made({ kind: 'push' })).toMatchObject({ settings: { target: { kind: 'push' } } });
  expect(made({}, { every: '5' })).toMatchObject({ settings: { timeoutSeconds: 5 } });
  expect(made({ name: ' ' })).toMatchObject({ wrong: 'A check needs a name' });
  expect(made({ address: 'example.com' })).toMatchObject({ wrong: expect.stringContaining('https://') });
  expect(made({}, { every: '1' })).toMatchObject({ wrong: expect.stringContaining('5 seconds') });
  expect(made({ kind: 'tcp', address: 'a', port: '99999' })).toMatchObject({
    wrong: expect.stringContaining('65535'),
  });
  expect(made({}, { headers: 'no colon' })).toMatchObject({ wrong: expect.stringContaining('Headers') });
  expect(made({}, { 'depends-on': 'nobody' })).toMatchObject({
    wrong: expect.stringContaining('Depends on'),
  });
});

test('a_change_of_kind_leaves_nothing_of_the_other_kinds_fields', () => {
  const more = { ...emptyDraft.more, issuer: "Let's Encrypt", method: 'POST', expect: 'hello' };
  const made = settingsOf({ ...emptyDraft, name: 'x', kind: 'tcp', address: 'a', more }, others);
  if ('wrong' in made) throw new Error(made.wrong);
  expect(made.settings.target).toEqual({ kind: 'tcp', host: 'a', port: 22, contains: 'hello' });
});

test('changing_a_check_keeps_what_is_not_changed', () => {
  const check = checkSettings.parse({
    name: 'home',
    target: {
      kind: 'http',
      url: 'https://example.com/',
      headers: { 'X-Key': '1' },
      expect: { status: '200', contains: 'Welcome', certificateDays: 7 },
    },
    dependsOn: 4,
    severity: 'warning',
  });
  const draft = draftOf(check, others);
  expect(draft.more['depends-on']).toBe('db');
  expect(settingsOf(draft, others, check)).toEqual({ settings: check });
  const changed = settingsOf(
    { ...draft, address: 'https://example.org/', more: { ...draft.more, expect: '' } },
    others,
    check,
  );
  expect(changed).toMatchObject({
    settings: {
      target: {
        url: 'https://example.org/',
        headers: { 'X-Key': '1' },
        expect: { status: '200', certificateDays: 7 },
      },
      severity: 'warning',
    },
  });
  expect(JSON.stringify(changed)).not.toContain('Welcome');
  const tcp = checkSettings.parse({
    name: 'x',
    target: { kind: 'tcp', host: 'a', port: 7, send: 'hi', contains: 'yo' },
  });
  expect(settingsOf({ ...draftOf(tcp, []), port: '8' }, [], tcp)).toMatchObject({
    settings: { target: { kind: 'tcp', port: 8, send: 'hi', contains: 'yo' } },
  });
  const push = checkSettings.parse({ name: 'p', target: { kind: 'push', token: 'a'.repeat(20) } });
  expect(settingsOf(draftOf(push, []), [], push)).toEqual({ settings: push });
  const given = checkSettings.parse({
    name: 'shop',
    target: { kind: 'app', app: 'shop', environment: 'production' },
  });
  const other = draftOf(given, []);
  expect(settingsOf({ ...other, more: { ...other.more, failures: '5' } }, [], given)).toEqual({
    settings: { ...given, failures: 5 },
  });
});
