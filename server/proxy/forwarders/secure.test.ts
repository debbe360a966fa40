/** TLS and HTTP/2 where forwarders share the port. */

import { afterEach, expect, test } from 'bun:test';
import { connect as connectHttp2 } from 'node:http2';
import type { ServerCertificate } from '../tls/certificate-source.ts';
import { FakeCertificates, madeCertificate, secured, shownName } from '../tls/tls-rig.ts';
import { key, SpreadRig, shop, until } from './forwarders-rig.ts';

class Certificates extends FakeCertificates {
  readonly pairs: Record<string, ServerCertificate> = {};

  override put(host: string, certificate: ServerCertificate): void {
    super.put(host, certificate);
    this.pairs[host] = certificate;
  }
}

let rig: SpreadRig;
let certificates: Certificates;
afterEach(() => rig.close());

async function secureRig(insists = false): Promise<number> {
  certificates = new Certificates();
  certificates.put('shop.test', madeCertificate('first'));
  certificates.strict.set('shop.test', 'max-age=77');
  rig = new SpreadRig({
    https: {
      port: 0,
      certificates,
      pairs: () => certificates.pairs,
      insists: () => insists,
      challenge: (token) => (token === 'the-one' ? 'proof' : null),
    },
    endpoints: [
      {
        name: 'who',
        maxBody: 9,
        answer: ({ client, scheme }) => ({ status: 200, body: `${client} ${scheme}` }),
      },
    ],
  });
  await rig.start();
  rig.deploy(
    1,
    rig.app('v1', (request) => new Response(`v1 ${request.headers.get('x-forwarded-proto')}`)),
  );
  await rig.proxy.edge.releaseServing(key, '/');
  return rig.proxy.httpsPort ?? 0;
}

const many = <T>(make: () => Promise<T>) => Promise.all(Array.from({ length: 24 }, make));

test('a_new_certificate_is_shown_by_both_processes_and_connections_under_the_old_one_go_on', async () => {
  const port = await secureRig();
  const kept = await many(() => secured(port, { servername: 'shop.test' }));
  expect(new Set(await many(() => shownName(port, { servername: 'shop.test' })))).toEqual(new Set(['first']));
  expect(new Set(await many(() => shownName(port, { servername: 'other.test' })))).toEqual(
    new Set(['nobody']),
  );
  certificates.put('shop.test', madeCertificate('second'));
  rig.proxy.certificatesChanged();
  await rig.call('traffic.resume', shop);
  expect(new Set(await many(() => shownName(port, { servername: 'shop.test' })))).toEqual(
    new Set(['second']),
  );
  const texts = await Promise.all(
    kept.map(async (socket) => {
      let text = '';
      socket.on('data', (bytes: Buffer) => {
        text += bytes.toString();
      });
      socket.write('GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n');
      await until('an answer', () => text.endsWith('v1 https'));
      socket.destroy();
      return text;
    }),
  );
  expect(texts.every((text) => text.includes('Strict-Transport-Security: max-age=77\r\n'))).toBe(true);
});

test('streams_of_one_http2_connection_are_forwarded_or_answered_by_the_server_each_as_it_needs', async () => {
  const port = await secureRig();
  const answers = await many(async () => {
    const session = connectHttp2(`https://127.0.0.1:${port}`, {
      rejectUnauthorized: false,
      servername: 'shop.test',
    });
    const ask = (path: string) =>
      new Promise<string>((resolve, reject) => {
        const stream = session.request({ ':path': path, ':authority': 'shop.test' });
        let text = '';
        stream.on('response', (fields) => {
          text = `${fields[':status']} `;
        });
        stream.on('data', (bytes: Buffer) => {
          text += bytes.toString();
        });
        stream.on('end', () => resolve(text));
        stream.on('error', reject);
      });
    const all = await Promise.all([ask('/'), ask('/.windlass/who'), ask('/2')]);
    session.destroy();
    return all.join(', ');
  });
  expect(new Set(answers)).toEqual(new Set(['200 v1 https, 200 127.0.0.1 https, 200 v1 https']));
});

test('plain_requests_are_led_to_https_and_an_authority_finds_its_answer_on_either_process', async () => {
  await secureRig(true);
  const places = await many(async () => {
    const [client] = await rig.connections(1);
    client?.end.send('GET /a HTTP/1.1\r\nHost: shop.test\r\n\r\n');
    return /Location: (\S+)/.exec((await client?.end.closes()) ?? '')?.[1];
  });
  expect(new Set(places)).toEqual(new Set([`https://shop.test:${rig.proxy.httpsPort}/a`]));
  const proofs = await many(async () => {
    const [client] = await rig.connections(1);
    return client?.get('/.well-known/acme-challenge/the-one');
  });
  expect(new Set(proofs)).toEqual(new Set(['200 proof']));
});
