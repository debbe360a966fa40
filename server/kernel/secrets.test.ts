import { afterEach, beforeEach, expect, test } from 'bun:test';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';
import { createRedaction } from './redaction.ts';
import { openSecrets } from './secrets.ts';

let folder: string;
let key: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-secrets-'));
  key = join(folder, 'master.key');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const failed = (work: () => unknown) => {
  expect(work).toThrow(WindlassError);
};

test('what_is_sealed_opens_again_after_a_restart_and_never_the_same_twice', () => {
  const text = 'pässword\n🔑';
  const sealed = openSecrets(key, { create: true }).seal(text, 'env:1');
  const again = openSecrets(key, { create: false });
  expect(again.open(sealed, 'env:1')).toBe(text);
  expect(Buffer.from(sealed).includes(Buffer.from('ssword'))).toBe(false);
  expect(Buffer.from(again.seal(text, 'env:1')).equals(Buffer.from(sealed))).toBe(false);
  expect(again.open(again.seal('', 'env:1'), 'env:1')).toBe('');
});

test('another_context_another_key_or_one_changed_bit_opens_nothing', () => {
  const secrets = openSecrets(key, { create: true });
  const sealed = secrets.seal('password', 'env:1');
  failed(() => secrets.open(sealed, 'env:2'));
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    failed(() => secrets.open(changed, 'env:1'));
  }
  failed(() => secrets.open(sealed.subarray(0, 20), 'env:1'));
  const other = openSecrets(join(folder, 'other.key'), { create: true });
  failed(() => other.open(sealed, 'env:1'));
});

test('the_key_is_made_once_private_and_never_replaced', () => {
  openSecrets(key, { create: true });
  const made = readFileSync(key);
  expect(made.length).toBe(32);
  expect(statSync(key).mode & 0o777).toBe(0o600);
  chmodSync(key, 0o644);
  openSecrets(key, { create: true });
  expect(readFileSync(key).equals(made)).toBe(true);
  expect(statSync(key).mode & 0o777).toBe(0o600);
});

test('a_missing_or_damaged_key_is_refused_and_left_alone', () => {
  expect(() => openSecrets(key, { create: false })).toThrow('is missing');
  writeFileSync(key, 'short');
  expect(() => openSecrets(key, { create: true })).toThrow('damaged');
  expect(readFileSync(key, 'utf8')).toBe('short');
});

test('remembered_values_are_replaced_in_every_form_they_may_take', () => {
  const { remember, redact } = createRedaction();
  const value = 'p"a\\ss wörd\n1';
  remember([value, 'short', 'sk-live-123456']);
  for (const form of [
    value,
    JSON.stringify(value),
    JSON.stringify(JSON.stringify(value)),
    encodeURIComponent(value),
    new URLSearchParams({ value }).toString(),
  ]) {
    const said = redact(`<${form}>`);
    expect(said).toContain('[secret]');
    expect(said).not.toContain('ss w');
  }
  expect(redact('sk-live-123456sk-live-123456')).toBe('[secret][secret]');
  expect(redact('short and sk-live-12345')).toBe('short and sk-live-12345');
});

test('of_overlapping_values_the_longer_is_replaced_and_nothing_of_it_stays', () => {
  const { remember, redact } = createRedaction();
  remember(['abcdef']);
  expect(redact('abcdefghij')).toBe('[secret]ghij');
  remember(['abcdefghij']);
  expect(redact('x abcdefghij abcdef y')).toBe('x [secret] [secret] y');
});

test('each_line_of_a_key_file_is_a_secret_too', () => {
  const { remember, redact } = createRedaction();
  remember(['-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n-----END KEY-----\n']);
  expect(redact('line 2: MIIEvQIBADANBgkqhkiG9w0BAQ')).toBe('line 2: [secret]');
});
