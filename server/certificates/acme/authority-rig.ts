/** An ACME authority for tests: Debian's pebble, its validation on, behind a gate that can misbehave. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../self-signed.ts';

/** What the gate does with a question: `pass` leaves it to pebble. */
export type Mood =
  | 'pass'
  | 'silent'
  | 'busy'
  | 'rate-limited'
  | 'nonsense'
  | 'refusing'
  | 'rubbish-certificate';

export interface AuthorityRig {
  readonly directory: string;
  /** PEM of the root behind it. */
  readonly trust: string;
  mood: Mood;
  /** Orders that reached pebble. */
  readonly orders: number;
  close(): Promise<void>;
}

export interface AuthorityOptions {
  /** Where it looks for challenges over HTTP. */
  httpPort: number;
  /** The DNS it asks. */
  dnsPort: number;
  /** Seconds its certificates are valid. */
  lifeSeconds?: number;
}

export async function startAuthority(options: AuthorityOptions): Promise<AuthorityRig> {
  const folder = mkdtempSync(join(tmpdir(), 'windlass-pebble-'));
  const own = selfSigned(['localhost'], Date.now());
  writeFileSync(join(folder, 'cert.pem'), own.chain);
  writeFileSync(join(folder, 'key.pem'), own.key);
  const port = await freePort();
  const config = {
    pebble: {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${await freePort()}`,
      certificate: join(folder, 'cert.pem'),
      privateKey: join(folder, 'key.pem'),
      httpPort: options.httpPort,
      tlsPort: await freePort(),
      ocspResponderURL: '',
      externalAccountBindingRequired: false,
      certificateValidityPeriod: options.lifeSeconds ?? 90 * 86_400,
    },
  };
  writeFileSync(join(folder, 'pebble.json'), JSON.stringify(config));
  const pebble = Bun.spawn(
    ['pebble', '-config', join(folder, 'pebble.json'), '-dnsserver', `127.0.0.1:${options.dnsPort}`],
    { stdout: 'ignore', stderr: 'ignore', env: { PATH: '/usr/bin:/bin', PEBBLE_VA_NOSLEEP: '1' } },
  );
  let orders = 0;
  const gate = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    tls: { cert: own.chain, key: own.key },
    async fetch(request): Promise<Response> {
      const { pathname } = new URL(request.url);
      const strange = strangeAnswer(rig.mood, pathname);
      if (strange !== null) return strange;
      if (pathname.startsWith('/order-plz')) orders++;
      return fetch(`https://localhost:${port}${pathname}`, {
        method: request.method,
        headers: request.headers,
        ...(request.method === 'POST' ? { body: await request.arrayBuffer() } : {}),
        tls: { ca: own.chain },
      });
    },
  });
  const rig = {
    directory: `https://localhost:${gate.port}/dir`,
    trust: own.chain,
    mood: 'pass' as Mood,
    get orders() {
      return orders;
    },
    async close() {
      gate.stop(true);
      pebble.kill();
      await pebble.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await answers(`https://localhost:${port}/dir`, own.chain);
  return rig;
}

function strangeAnswer(mood: Mood, path: string): Response | Promise<Response> | null {
  const problem = (status: number, type: string, detail: string, headers = {}) =>
    Response.json(
      { type: `urn:ietf:params:acme:error:${type}`, detail, status },
      { status, headers: { 'Content-Type': 'application/problem+json', ...headers } },
    );
  switch (mood) {
    case 'pass':
      return null;
    case 'silent':
      return new Promise<Response>(() => undefined);
    case 'busy':
      return new Response('<h1>over capacity</h1>', { status: 503, headers: { 'Retry-After': '7' } });
    case 'rate-limited':
      return path.startsWith('/order-plz')
        ? problem(429, 'rateLimited', 'too many certificates already issued for "test"', {
            'Retry-After': '86400',
          })
        : null;
    case 'refusing':
      return path.startsWith('/order-plz')
        ? problem(403, 'rejectedIdentifier', 'policy forbids issuing for "shop.test"')
        : null;
    case 'nonsense':
      return new Response('<!doctype html><title>Welcome to nginx!</title>', {
        headers: { 'Content-Type': 'text/html' },
      });
    case 'rubbish-certificate':
      return path.startsWith('/certZ')
        ? new Response('-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n', {
            headers: { 'Content-Type': 'application/pem-certificate-chain' },
          })
        : null;
  }
}

async function answers(url: string, ca: string): Promise<void> {
  for (const until = performance.now() + 5_000; performance.now() < until; await Bun.sleep(20)) {
    const answer = await fetch(url, { tls: { ca } }).catch(() => null);
    if (answer?.ok === true) return;
  }
  throw new Error('pebble does not answer');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const place = server.address();
      server.close(() => resolve(typeof place === 'object' && place !== null ? place.port : 0));
    });
  });
}
