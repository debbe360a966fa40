/** What each DNS provider is asked, against servers that speak as their documentation says. */

import { afterEach, expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { WindlassError } from '../../../shared/errors.ts';
import { startDns } from './dns-rig.ts';
import { openProvider } from './open-provider.ts';
import { signed } from './route53.ts';

interface Seen {
  method: string;
  path: string;
  auth: string;
  body: string;
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Answers by `METHOD path`, and notes what it was asked. */
function api(answers: Record<string, unknown>) {
  const seen: Seen[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request): Promise<Response> {
      const { pathname, search } = new URL(request.url);
      const path = `${pathname}${search}`;
      const auth = request.headers.get('authorization') ?? request.headers.get('auth-api-token') ?? '';
      seen.push({ method: request.method, path, auth, body: await request.text() });
      const answer = answers[`${request.method} ${path}`];
      if (answer === undefined) return Response.json({ message: 'no such thing' }, { status: 404 });
      return answer instanceof Response ? (answer.clone() as Response) : Response.json(answer);
    },
  });
  closing.push(() => server.stop(true));
  return { seen, url: `http://127.0.0.1:${server.port}` };
}

const name = '_acme-challenge.www.example.com';
const now = () => 1_700_000_000_000;

async function addAndRemove(
  kind: Parameters<typeof openProvider>[0]['kind'],
  settings: Record<string, string>,
) {
  const remove = await openProvider({ kind, settings }, now).addText(name, 'proof');
  await remove();
}

test('cloudflare_adds_a_record_in_the_longest_zone_there_is_and_removes_that_one', async () => {
  const { seen, url } = api({
    'GET /zones?name=www.example.com': { result: [] },
    'GET /zones?name=example.com': { result: [{ id: 'z1', name: 'example.com' }] },
    'POST /zones/z1/dns_records': { result: { id: 'r1' } },
    'DELETE /zones/z1/dns_records/r1': { result: { id: 'r1' } },
  });
  await addAndRemove('cloudflare', { token: 'secret', api: url });
  expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /zones?name=www.example.com',
    'GET /zones?name=example.com',
    'POST /zones/z1/dns_records',
    'DELETE /zones/z1/dns_records/r1',
  ]);
  expect(seen.every(({ auth }) => auth === 'Bearer secret')).toBe(true);
  expect(JSON.parse(seen[2]?.body ?? '')).toMatchObject({ type: 'TXT', name, content: '"proof"' });
});

test('hetzner_names_the_record_relative_to_its_zone', async () => {
  const { seen, url } = api({
    'GET /zones?name=www.example.com': new Response('{"error":"zone not found"}', { status: 404 }),
    'GET /zones?name=example.com': { zones: [{ id: 'z1', name: 'example.com' }] },
    'POST /records': { record: { id: 'r1' } },
    'DELETE /records/r1': {},
  });
  await addAndRemove('hetzner', { token: 'secret', api: url });
  expect(JSON.parse(seen[2]?.body ?? '')).toMatchObject({ zone_id: 'z1', name: '_acme-challenge.www' });
  expect(seen.at(-1)).toMatchObject({ method: 'DELETE', path: '/records/r1', auth: 'secret' });
});

test('digitalocean_takes_the_domain_for_its_own_identity', async () => {
  const { seen, url } = api({
    'GET /domains/example.com': { domain: { name: 'example.com' } },
    'POST /domains/example.com/records': { domain_record: { id: 42 } },
    'DELETE /domains/example.com/records/42': new Response(null, { status: 204 }),
  });
  await addAndRemove('digitalocean', { token: 'secret', api: url });
  expect(JSON.parse(seen[2]?.body ?? '')).toMatchObject({
    type: 'TXT',
    name: '_acme-challenge.www',
    data: 'proof',
  });
  expect(seen.at(-1)?.path).toBe('/domains/example.com/records/42');
});

test('route_53_signs_what_it_asks_and_quotes_what_it_sets', async () => {
  const zone = (id: string, found: string) =>
    new Response(`<HostedZone><Id>/hostedzone/${id}</Id><Name>${found}.</Name></HostedZone>`);
  const { seen, url } = api({
    // The next zone by name, which is another's.
    'GET /2013-04-01/hostedzonesbyname?dnsname=www.example.com&maxitems=1': zone('Z0', 'zzz.example'),
    'GET /2013-04-01/hostedzonesbyname?dnsname=example.com&maxitems=1': zone('Z1', 'example.com'),
    'POST /2013-04-01/hostedzone/Z1/rrset': new Response('<ok/>'),
  });
  await addAndRemove('route53', { accessKeyId: 'AKID', secretAccessKey: 'shh', api: url });
  expect(seen[2]?.body).toContain(`<Action>UPSERT</Action><ResourceRecordSet><Name>${name}.</Name>`);
  expect(seen[2]?.body).toContain('<Value>"proof"</Value>');
  expect(seen[3]?.body).toContain('<Action>DELETE</Action>');
  expect(seen[3]?.auth).toStartWith(
    'AWS4-HMAC-SHA256 Credential=AKID/20231114/us-east-1/route53/aws4_request',
  );
  expect(seen.some(({ auth }) => auth.includes('shh'))).toBe(false);
});

test('a_signature_is_the_one_amazon_documents', () => {
  // The first example of the AWS Signature Version 4 test suite ("get-vanilla"), for our scope.
  const headers = signed({
    id: 'AKIDEXAMPLE',
    secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    host: 'example.amazonaws.com',
    method: 'GET',
    path: '/',
    query: '',
    body: '',
    at: Date.UTC(2015, 7, 30, 12, 36, 0),
    service: 'service',
  });
  expect(headers.Authorization).toEndWith(
    'Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  );
});

test('a_provider_that_refuses_is_quoted_and_its_token_is_not', async () => {
  const { url } = api({
    'GET /zones?name=www.example.com': new Response('{"errors":[{"message":"Invalid API Token"}]}', {
      status: 403,
    }),
  });
  const failure = await addAndRemove('cloudflare', { token: 'my-own-token', api: url }).catch(
    (error) => error,
  );
  expect(failure).toBeInstanceOf(WindlassError);
  expect(failure.code).toBe('forbidden');
  expect(failure.message).toBe('Cloudflare answered 403: Invalid API Token');
  expect(JSON.stringify([failure.message, failure.hint])).not.toContain('my-own-token');
});

test('nonsense_silence_and_an_unknown_zone_are_each_told', async () => {
  const { url } = api({
    'GET /zones?name=www.example.com': new Response('<html>'),
    'GET /domains/www.example.com': {},
    'GET /domains/example.com': {},
  });
  const said = async (kind: 'cloudflare' | 'digitalocean', at: string) =>
    String((await addAndRemove(kind, { token: 't', api: at }).catch((error) => error)).message);
  expect(await said('cloudflare', url)).toBe('Cloudflare answered what cannot be read');
  expect(await said('digitalocean', url)).toBe('DigitalOcean has no zone for www.example.com');
  expect(await said('cloudflare', 'http://127.0.0.1:1')).toBe('Cloudflare cannot be reached');
  expect(() => openProvider({ kind: 'cloudflare', settings: {} }, now)).toThrow('needs token');
});

test('rfc_2136_updates_are_signed_and_a_wrong_key_changes_nothing', async () => {
  const key = { name: 'windlass', secret: randomBytes(32) };
  const dns = await startDns('example.com', key);
  closing.push(() => dns.close());
  const settings = { server: `127.0.0.1:${dns.port}`, key: key.name, secret: key.secret.toString('base64') };
  const remove = await openProvider({ kind: 'rfc2136', settings }, now).addText(name, 'proof');
  expect([...(dns.texts.get(name) ?? [])]).toEqual(['proof']);
  await remove();
  expect([...(dns.texts.get(name) ?? [])]).toEqual([]);
  const wrong = { ...settings, secret: randomBytes(32).toString('base64') };
  await expect(
    openProvider({ kind: 'rfc2136', settings: wrong }, now).addText(name, 'forged'),
  ).rejects.toThrow('the key is wrong');
  expect(dns.history).toEqual([`${name} proof`]);
});
