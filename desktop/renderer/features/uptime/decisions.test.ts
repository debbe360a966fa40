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

test('a_draft_becomes_a_check_or_says_what_is_wrong', () => {
  const draft = { ...emptyDraft, name: 'home', address: 'https://example.com/' };
  expect(settingsOf(draft)).toMatchObject({
    settings: { target: { kind: 'http', url: 'https://example.com/' }, everySeconds: 60, timeoutSeconds: 10 },
  });
  expect(settingsOf({ ...draft, kind: 'postgres', address: 'db.internal' })).toMatchObject({
    settings: { target: { kind: 'postgres', host: 'db.internal', port: 5432 } },
  });
  expect(settingsOf({ ...draft, kind: 'push' })).toMatchObject({ settings: { target: { kind: 'push' } } });
  expect(settingsOf({ ...draft, everySeconds: '5' })).toMatchObject({ settings: { timeoutSeconds: 5 } });
  expect(settingsOf({ ...draft, name: ' ' })).toMatchObject({ wrong: 'A check needs a name' });
  expect(settingsOf({ ...draft, address: 'example.com' })).toMatchObject({
    wrong: expect.stringContaining('https://'),
  });
  expect(settingsOf({ ...draft, everySeconds: '1' })).toMatchObject({
    wrong: expect.stringContaining('5 seconds'),
  });
  expect(settingsOf({ ...draft, kind: 'tcp', address: 'a', port: '99999' })).toMatchObject({
    wrong: expect.stringContaining('65535'),
  });
});

test('changing_a_check_keeps_what_the_form_does_not_show', () => {
  const check = checkSettings.parse({
    name: 'home',
    target: {
      kind: 'http',
      url: 'https://example.com/',
      headers: { 'X-Key': '1' },
      expect: { status: '200', contains: 'Welcome', certificateDays: 7 },
    },
    severity: 'warning',
  });
  const draft = draftOf(check);
  if (draft === null) throw new Error('it is made by hand');
  expect(settingsOf(draft, check)).toEqual({ settings: check });
  const changed = settingsOf({ ...draft, contains: '', address: 'https://example.org/' }, check);
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
  expect(settingsOf({ ...(draftOf(tcp) ?? emptyDraft), port: '8' }, tcp)).toMatchObject({
    settings: { target: { kind: 'tcp', port: 8, send: 'hi', contains: 'yo' } },
  });
  expect(
    draftOf(checkSettings.parse({ name: 'a', target: { kind: 'app', app: 'a', environment: 'production' } })),
  ).toBeNull();
});
