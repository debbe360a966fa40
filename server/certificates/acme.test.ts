/** Orders and renewals against a real authority that validates for itself, in all its moods. */

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import type { CallContext, Handlers } from '../kernel/feature.ts';
import { type OpenKernel, openKernel } from '../kernel/kernel.ts';
import type { Notice } from '../kernel/notice.ts';
import { type AuthorityRig, startAuthority } from './acme/authority-rig.ts';
import { type DnsRig, startDns } from './dns/dns-rig.ts';
import { type Certificates, createCertificates, migrations } from './index.ts';

const context: CallContext = { signal: new AbortController().signal };
const key = { name: 'windlass', secret: randomBytes(32) };
const acmeCommand = [process.execPath, join(import.meta.dir, '../main.ts'), 'acme'];

let authority: AuthorityRig;
let dns: DnsRig;
let web: ReturnType<typeof Bun.serve>;
let certificates: Certificates;
let folder: string;
let kernel: OpenKernel;
let now: number;
let served: Set<string>;
let notices: Notice[];
/** What whoever answers port 80 says instead of us. */
let impostor: (() => Response) | null;

beforeAll(async () => {
  dns = await startDns('shop.test', key);
  web = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request): Response | Promise<Response> {
      const token = new URL(request.url).pathname.replace('/.well-known/acme-challenge/', '');
      const shown = certificates.challenges.find(token);
      return impostor?.() ?? (shown === null ? new Response('no', { status: 404 }) : new Response(shown));
    },
  });
  authority = await startAuthority({ httpPort: web.port ?? 0, dnsPort: dns.port });
});
afterAll(async () => {
  await authority.close();
  web.stop(true);
  dns.close();
});

beforeEach(async () => {
  now = Date.now();
  served = new Set(['shop.test']);
  notices = [];
  impostor = null;
  authority.mood = 'pass';
  dns.silent = false;
  dns.addresses.clear();
  dns.texts.clear();
  dns.history.length = 0;
  dns.addresses.set('shop.test', '127.0.0.1');
  folder = mkdtempSync(join(tmpdir(), 'windlass-certificates-'));
  await begin();
});
afterEach(async () => {
  await end();
  rmSync(folder, { recursive: true, force: true });
});

async function begin(): Promise<void> {
  const clock: Clock = { now: () => now, monotonic: () => performance.now() };
  kernel = await openKernel({ root: folder, migrations, writeLog() {}, clock });
  kernel.kernel.events.on('notice', (notice) => notices.push(notice));
  certificates = createCertificates(kernel.kernel, {
    served: () => served,
    port: () => 443,
    acmeCommand,
    challengePort: web.port ?? 0,
    answerMs: 500,
  });
  await certificates.feature.start?.();
}

async function end(): Promise<void> {
  await certificates.feature.stop?.();
  await kernel.close();
}

/** As the control socket does it, parameters parsed beforehand. */
async function told<K extends keyof Handlers>(
  name: K,
  params: Parameters<NonNullable<Handlers[K]>>[0],
): Promise<void> {
  const handler = certificates.feature.handlers[name] as
    | ((params: unknown, context: CallContext) => unknown)
    | undefined;
  await handler?.(params, context);
  await certificates.keeper.settled();
}

const setUp = () =>
  told('certificates.setup', {
    email: 'me@example.com',
    agreed: true,
    directory: authority.directory,
    trust: authority.trust,
    resolver: `127.0.0.1:${dns.port}`,
  });

const provider = () =>
  told('certificates.provider', {
    name: 'own',
    kind: 'rfc2136',
    settings: { server: `127.0.0.1:${dns.port}`, key: key.name, secret: key.secret.toString('base64') },
  });

test('http_01_issues_a_certificate_that_is_shown_and_survives_a_restart', async () => {
  expect(certificates.keeper.security('shop.test')).toMatchObject({ state: 'blocked', certificate: null });
  expect(certificates.book.find('shop.test')?.chain).toContain('BEGIN CERTIFICATE');
  expect(certificates.book.insists('shop.test')).toBe(false);
  await setUp();
  const after = certificates.keeper.security('shop.test');
  expect(after).toMatchObject({ state: 'secure', certificate: { kind: 'acme', names: ['shop.test'] } });
  expect(certificates.book.insists('shop.test:80')).toBe(true);
  expect(notices.map(({ kind, state }) => [kind, state])).toEqual([['certificate.issued', 'news']]);
  const shown = certificates.book.find('shop.test');
  await end();
  await begin();
  expect(certificates.book.find('shop.test')).toEqual(shown);
  expect(certificates.challenges.find('anything')).toBeNull();
}, 20_000);

test('no_key_and_no_credential_is_readable_on_the_disk', async () => {
  await provider();
  await setUp();
  const secret = certificates.book.find('shop.test')?.key.split('\n')[1] ?? '';
  await end();
  const bytes = Buffer.concat(
    await Promise.all(
      ['control.db', 'control.db-wal'].map(async (name) => {
        const file = Bun.file(join(folder, name));
        return (await file.exists()) ? Buffer.from(await file.arrayBuffer()) : Buffer.alloc(0);
      }),
    ),
  );
  expect(secret.length).toBeGreaterThan(20);
  expect(bytes.includes(secret)).toBe(false);
  expect(bytes.includes('PRIVATE KEY')).toBe(false);
  expect(bytes.includes(key.secret.toString('base64'))).toBe(false);
  await begin();
}, 20_000);

test('a_wildcard_is_proven_by_dns_and_its_record_is_taken_away_again', async () => {
  served = new Set(['*.shop.test']);
  kernel.kernel.events.emit('hosts.changed', {});
  await provider();
  await setUp();
  expect(certificates.keeper.security('*.shop.test')).toMatchObject({ state: 'blocked', nextAt: null });
  await told('certificates.rules', { host: '*.shop.test', challenge: 'dns-01', provider: 'own' });
  expect(certificates.keeper.security('*.shop.test')).toMatchObject({ state: 'secure' });
  expect(certificates.book.shown('any.shop.test')?.names).toEqual(['*.shop.test']);
  expect(dns.history).toHaveLength(1);
  expect(dns.texts.get('_acme-challenge.shop.test')?.size).toBe(0);
}, 20_000);

test('a_certificate_is_renewed_with_a_third_of_its_life_left_and_not_before', async () => {
  await setUp();
  const first = certificates.keeper.security('shop.test');
  const nextAt = first.nextAt ?? 0;
  const { notBefore = 0, notAfter = 0 } = first.certificate ?? {};
  expect(nextAt).toBeLessThan(notAfter - (notAfter - notBefore) / 3 + 1);
  expect(nextAt).toBeGreaterThan(notAfter - (notAfter - notBefore) / 2.5);
  const { orders } = authority;
  now = nextAt - 1;
  certificates.keeper.look();
  await certificates.keeper.settled();
  expect(authority.orders).toBe(orders);
  now = nextAt;
  certificates.keeper.look();
  await certificates.keeper.settled();
  // The authority's own clock stands still, so what it signs may be due again at once.
  expect(authority.orders).toBeGreaterThan(orders);
  expect(certificates.keeper.security('shop.test').certificate?.id).not.toBe(first.certificate?.id);
}, 20_000);

test('a_host_without_an_address_or_with_anothers_is_told_plainly_and_nothing_is_ordered', async () => {
  dns.addresses.delete('shop.test');
  const { orders } = authority;
  await setUp();
  expect(certificates.keeper.security('shop.test')).toMatchObject({
    state: 'waiting',
    message: 'shop.test has no address in the DNS',
  });
  expect(certificates.keeper.security('shop.test').todo).toStartWith('Add an A record for shop.test');
  expect(notices.map(({ kind, state }) => [kind, state])).toEqual([['certificate.failed', 'opened']]);
  dns.addresses.set('shop.test', '127.0.0.1');
  impostor = () => new Response('Welcome to nginx!');
  await told('certificates.order', { host: 'shop.test' });
  expect(certificates.keeper.security('shop.test').message).toBe(
    'shop.test points to 127.0.0.1, where another server answers',
  );
  expect(authority.orders).toBe(orders);
  impostor = null;
  await told('certificates.order', { host: 'shop.test' });
  expect(certificates.keeper.security('shop.test').state).toBe('secure');
  expect(notices.at(-1)).toMatchObject({ kind: 'certificate.issued', state: 'resolved' });
}, 30_000);

test('an_authority_in_a_bad_mood_is_told_in_its_own_words_waited_for_and_then_signs', async () => {
  const said: Record<string, string> = {
    silent: 'the authority did not answer in time',
    busy: 'the authority answered 503',
    nonsense: 'the authority answers what is not ACME',
    refusing: 'refused: policy forbids issuing for "shop.test"',
    'rate-limited': 'too many certificates already issued for "test"',
    'rubbish-certificate': 'the authority answers what is not ACME',
  };
  authority.mood = 'silent';
  await setUp();
  let failures = 0;
  for (const [mood, words] of Object.entries(said)) {
    authority.mood = mood as typeof authority.mood;
    if (failures > 0) await told('certificates.order', { host: 'shop.test' });
    failures++;
    const { state, message, nextAt } = certificates.keeper.security('shop.test');
    expect(`${mood}: ${state}`).toBe(`${mood}: waiting`);
    expect(message).toContain(words);
    expect(nextAt).toBeGreaterThan(now);
    if (mood === 'rate-limited') expect(nextAt).toBeGreaterThanOrEqual(now + 86_400_000);
    expect(certificates.book.find('shop.test')).not.toBeNull();
  }
  // Nothing is tried before its time, and then all is well by itself.
  authority.mood = 'pass';
  const { orders } = authority;
  certificates.keeper.look();
  await certificates.keeper.settled();
  expect(authority.orders).toBe(orders);
  now = certificates.keeper.security('shop.test').nextAt ?? 0;
  certificates.keeper.look();
  await certificates.keeper.settled();
  expect(certificates.keeper.security('shop.test').state).toBe('secure');
}, 60_000);

test('an_authority_that_is_down_harms_no_certificate_that_is_there', async () => {
  await setUp();
  const before = certificates.book.find('shop.test');
  const { directory } = authority;
  await told('certificates.setup', {
    email: 'me@example.com',
    agreed: true,
    directory: directory.replace(/:\d+/, ':1'),
    trust: authority.trust,
    resolver: `127.0.0.1:${dns.port}`,
  });
  await told('certificates.order', { host: 'shop.test' });
  const after = certificates.keeper.security('shop.test');
  expect(after).toMatchObject({ state: 'secure' });
  expect(after.message).toContain('cannot be reached');
  expect(certificates.book.find('shop.test')).toEqual(before);
}, 30_000);

test('a_challenge_the_authority_cannot_find_fails_in_its_own_words', async () => {
  served = new Set(['*.shop.test']);
  kernel.kernel.events.emit('hosts.changed', {});
  await told('certificates.provider', {
    name: 'own',
    kind: 'rfc2136',
    settings: { server: `127.0.0.1:${dns.port}`, key: key.name, secret: randomBytes(32).toString('base64') },
  });
  await setUp();
  await told('certificates.rules', { host: '*.shop.test', challenge: 'dns-01', provider: 'own' });
  const { state, message, todo } = certificates.keeper.security('*.shop.test');
  expect({ state, todo }).toEqual({
    state: 'blocked',
    todo: "Check the key's name and secret, and which zones it may update.",
  });
  expect(message).toContain('the key is wrong, or it is not in charge of the zone');
}, 20_000);

test('an_authority_that_could_never_work_is_refused_as_it_is_set_up', async () => {
  const set = (fields: { trust?: string; resolver?: string }) =>
    told('certificates.setup', {
      email: 'me@example.com',
      agreed: true,
      directory: authority.directory,
      trust: authority.trust,
      resolver: '',
      ...fields,
    });
  await expect(set({ trust: 'not PEM' })).rejects.toThrow('the root to trust is no certificate');
  await expect(set({ resolver: '1.2.3' })).rejects.toThrow('1.2.3 is no DNS server');
  expect(certificates.keeper.security('shop.test').state).toBe('blocked');
});
