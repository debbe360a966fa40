/** What is shown to whom, what is refused, and when things are due; no network in it. */

import { afterEach, beforeEach, expect, test } from 'bun:test';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from '../../shared/certificates/contract.ts';
import { type OpenKernel, openKernel } from '../kernel/kernel.ts';
import { CertificateBook } from './book.ts';
import { CertificateStore } from './certificate-store.ts';
import { defaultRules, HostStore } from './host-store.ts';
import { migrations } from './index.ts';
import { isPublicName } from './public-name.ts';
import { readChain } from './read-chain.ts';
import { renewAt, retryAt } from './schedule.ts';
import { selfSigned } from './self-signed.ts';

let folder: string;
let kernel: OpenKernel;
let store: CertificateStore;
let hosts: HostStore;
let book: CertificateBook;
let now: number;
let served: Set<string>;

beforeEach(async () => {
  now = Date.now();
  served = new Set(['app.test', '*.wide.test']);
  folder = mkdtempSync(join(tmpdir(), 'windlass-book-'));
  kernel = await openKernel({ root: folder, migrations, writeLog() {} });
  store = new CertificateStore(kernel.kernel.store, kernel.kernel.secrets);
  hosts = new HostStore(kernel.kernel.store);
  book = new CertificateBook({
    store,
    hosts,
    clock: { now: () => now, monotonic: () => 0 },
    served: () => served,
  });
  book.follow();
});
afterEach(async () => {
  await kernel.close();
  rmSync(folder, { recursive: true, force: true });
});

function put(kind: Certificate['kind'], ...names: string[]): Certificate {
  const pair = selfSigned(names, now);
  const added = store.add(kind, readChain(pair.chain, pair.key), pair.key);
  book.follow();
  return added;
}

const namesOf = (host: string) =>
  new X509Certificate(book.find(host)?.chain ?? '').subjectAltName?.replaceAll('DNS:', '');

test('a_host_is_shown_a_certificate_of_its_own_name_before_anybody_signed_one', () => {
  expect(namesOf('app.test')).toBe('app.test');
  expect(namesOf('any.wide.test')).toBe('*.wide.test');
  const first = book.find('app.test');
  book.follow();
  expect(book.find('app.test')).toEqual(first);
});

test('a_host_that_leads_nowhere_is_shown_nothing_of_anybody', () => {
  put('manual', 'other.test', 'app.test');
  expect(book.find('other.test')).toBeNull();
  expect(book.find('a.b.wide.test')).toBeNull();
  expect(book.find('192.0.2.1')).toBeNull();
  expect(new X509Certificate(book.nameless().chain).subject).toBe('CN=localhost');
});

test('what_a_person_uploaded_goes_before_what_was_ordered_and_that_before_our_own', () => {
  book.find('app.test');
  const ordered = put('acme', 'app.test');
  expect(book.shown('app.test')?.id).toBe(ordered.id);
  const uploaded = put('manual', 'app.test', 'www.app.test');
  expect(book.shown('app.test')?.id).toBe(uploaded.id);
  store.remove(uploaded.id);
  book.follow();
  expect(book.shown('app.test')?.id).toBe(ordered.id);
});

test('a_certificate_that_ended_gives_way_to_one_that_has_not', () => {
  const old = put('manual', 'app.test');
  now = old.notAfter - 1000;
  const ordered = put('acme', 'app.test');
  expect(book.shown('app.test')?.id).toBe(old.id);
  now = old.notAfter + 1000;
  book.follow();
  expect(book.shown('app.test')?.id).toBe(ordered.id);
});

test('visitors_are_led_to_https_only_where_they_can_trust_it_or_a_person_said_so', () => {
  book.find('app.test');
  expect(book.insists('app.test')).toBe(false);
  const ordered = put('acme', 'app.test');
  for (const spelling of ['app.test', 'APP.test:8080', 'app.test.'])
    expect(book.insists(spelling)).toBe(true);
  expect(book.insists('nobody.test')).toBe(false);
  hosts.putRules('app.test', { ...defaultRules, https: 'never' });
  book.follow();
  expect(book.insists('app.test')).toBe(false);
  hosts.putRules('app.test', { ...defaultRules, https: 'always' });
  store.remove(ordered.id);
  book.follow();
  expect(book.insists('app.test')).toBe(true);
});

test('browsers_are_never_told_to_insist_on_what_they_cannot_trust', () => {
  hosts.putRules('app.test', { ...defaultRules, hsts: 1000 });
  book.follow();
  expect(book.strictTransport('app.test')).toBeNull();
  put('acme', 'app.test');
  expect(book.strictTransport('app.test')).toBe('max-age=1000');
  expect(book.strictTransport('any.wide.test')).toBeNull();
});

test('what_is_no_pair_of_certificate_and_key_is_refused_with_what_is_wrong', () => {
  const pair = selfSigned(['app.test'], now);
  const other = selfSigned(['other.test'], now);
  const refused: [string, string, string][] = [
    ['', pair.key, 'there is no certificate in it'],
    [pair.chain, 'nonsense', 'the key cannot be read'],
    [pair.chain, other.key, 'the key is not the one of the certificate'],
    [pair.chain + other.chain, pair.key, 'its parts do not follow each other'],
    [pair.chain.repeat(11), pair.key, 'it has more than 10 certificates'],
    [pair.chain.replace(/[A-Z]{4}/, '!!!!'), pair.key, 'cannot be'],
  ];
  for (const [chain, key, why] of refused) expect(() => readChain(chain, key)).toThrow(why);
  expect(readChain(`leaf of app.test\n${pair.chain}`, pair.key).names).toEqual(['app.test']);
});

test('names_of_one_network_only_are_never_ordered_for', () => {
  for (const host of ['example.com', '*.example.com', 'a.b.example.co.uk'])
    expect(isPublicName(host)).toBe(true);
  for (const host of [
    'localhost',
    'app.localhost',
    'nas.local',
    'host',
    '192.0.2.7',
    '[2001:db8::1]',
    '*.lan',
  ])
    expect(isPublicName(host)).toBe(false);
});

test('renewals_of_many_are_spread_and_pauses_after_failures_grow_and_never_fall_short_of_what_was_asked', () => {
  const life = 90 * 86_400_000;
  const at = Array.from({ length: 200 }, (_, n) =>
    renewAt({
      notBefore: 0,
      notAfter: life,
      fingerprint: `${n.toString(16).padStart(2, '0')}:7F:${(n * 7).toString(16).padStart(2, '0').slice(-2)}`,
    } as Certificate),
  );
  expect(Math.max(...at)).toBeLessThanOrEqual(life * (2 / 3));
  expect(Math.min(...at)).toBeGreaterThanOrEqual(life * (2 / 3 - 1 / 20) - 1);
  expect(new Set(at).size).toBeGreaterThan(190);
  const pauses = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => retryAt(failures, 0, null));
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  expect(pauses.at(-1)).toBe(86_400_000);
  expect(retryAt(1, 0, 3_600_000)).toBe(3_600_000);
});
