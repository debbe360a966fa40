/** TLS by name: who is shown what, and that a new certificate costs nobody a connection. */

import { afterEach, expect, test } from 'bun:test';
import { answering, connect, get, ok, type RawApp, startApp, until } from '../rig.ts';
import { madeCertificate, secured, shownName, startTlsRig, type TlsRig } from './tls-rig.ts';

let open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.reverse()) await close();
  open = [];
});

function start(options: Parameters<typeof startTlsRig>[0] = {}): { rig: TlsRig; app: RawApp } {
  const app = startApp('a', answering(ok('hello')));
  const rig = startTlsRig({ targets: [app.target], ...options });
  rig.certificates.put('app.test', madeCertificate('app.test'));
  open.push(
    () => app.close(),
    () => rig.close(),
  );
  return { rig, app };
}

/** What comes back for `text`, up to `until`. */
async function said(socket: Awaited<ReturnType<typeof secured>>, text: string, end: string): Promise<string> {
  let got = '';
  socket.on('data', (bytes: Buffer) => {
    got += bytes.toString('latin1');
  });
  socket.write(text);
  await until(`${end} in ${JSON.stringify(got)}`, () => got.includes(end));
  return got;
}

test('each_name_is_shown_its_own_certificate_and_a_stranger_learns_of_none', async () => {
  const { rig } = start();
  rig.certificates.put('other.test', madeCertificate('other.test'));
  expect(await shownName(rig.securePort)).toBe('app.test');
  expect(await shownName(rig.securePort, { servername: 'OTHER.test' })).toBe('other.test');
  expect(await shownName(rig.securePort, { servername: 'nobody-has-this.test' })).toBe('nobody');
  expect(await shownName(rig.securePort, { servername: '' })).toBe('nobody');
});

test('a_new_certificate_is_shown_from_the_next_handshake_on_and_open_connections_stay', async () => {
  const { rig } = start();
  const before = await secured(rig.securePort, { ALPNProtocols: ['http/1.1'] });
  open.push(() => before.destroy());
  await said(before, get(), 'hello');
  for (let round = 1; round <= 20; round++) {
    rig.certificates.put('app.test', madeCertificate(`round-${round}.test`));
    expect(await shownName(rig.securePort)).toBe(`round-${round}.test`);
  }
  expect(await said(before, get('/again'), 'hello')).toStartWith('HTTP/1.1 200');
});

test('an_app_is_told_that_the_visitor_came_by_https', async () => {
  const { rig, app } = start();
  const socket = await secured(rig.securePort, { ALPNProtocols: ['http/1.1'] });
  open.push(() => socket.destroy());
  await said(socket, get('/', 'X-Forwarded-Proto: http\r\n'), 'hello');
  expect(app.received).toContain('X-Forwarded-Proto: https\r\n');
  expect(app.received).not.toContain('X-Forwarded-Proto: http\r\n');
});

test('sessions_are_resumed_until_the_certificate_changes', async () => {
  const { rig } = start();
  const first = await secured(rig.securePort, { ALPNProtocols: ['http/1.1'] });
  const tickets: Buffer[] = [];
  first.on('session', (session: Buffer) => tickets.push(session));
  await said(first, get(), 'hello');
  await until('a ticket', () => tickets.length > 0);
  first.destroy();
  const session = tickets.at(-1);
  const again = await secured(rig.securePort, { session });
  expect(again.isSessionReused()).toBe(true);
  again.destroy();
  rig.certificates.put('app.test', madeCertificate('app.test'));
  const fresh = await secured(rig.securePort, { session });
  expect(fresh.isSessionReused()).toBe(false);
  fresh.destroy();
});

test('nothing_older_than_tls_1_2_is_spoken_to_anybody', async () => {
  const { rig } = start();
  for (const servername of ['app.test', 'nobody-has-this.test']) {
    for (const version of ['-tls1', '-tls1_1']) {
      const asked = Bun.spawn(
        ['openssl', 's_client', '-connect', `127.0.0.1:${rig.securePort}`, '-servername', servername].concat([
          version,
          '-cipher',
          'ALL:@SECLEVEL=0',
        ]),
        { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' },
      );
      expect(await asked.exited).not.toBe(0);
    }
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = await secured(rig.securePort, { servername, minVersion: version, maxVersion: version });
      expect(socket.getProtocol()).toBe(version);
      socket.destroy();
    }
  }
});

test('sslscan_finds_nothing_old_or_weak_for_any_name', async () => {
  const { rig } = start();
  for (const name of ['app.test', 'nobody-has-this.test']) {
    const scan = Bun.spawn(
      ['sslscan', '--no-colour', '--xml=-', `--sni-name=${name}`, `127.0.0.1:${rig.securePort}`],
      { stdin: 'ignore', stdout: 'pipe', stderr: 'ignore' },
    );
    const found = await new Response(scan.stdout).text();
    const enabled = [...found.matchAll(/<protocol type="\w+" version="([\d.]+)" enabled="1"/g)].map(
      ([, version]) => version,
    );
    expect(enabled).toEqual(['1.2', '1.3']);
    const ciphers = [
      ...found.matchAll(/<cipher [^>]*sslversion="[^"]+"[^>]*cipher="([^"]+)"[^>]*strength="(\w+)"/g),
    ];
    expect(ciphers.length).toBeGreaterThanOrEqual(5);
    for (const [, cipher = '', strength] of ciphers) {
      expect(`${cipher} ${cipher.startsWith('TLS_') || cipher.startsWith('ECDHE-')} ${strength}`).toBe(
        `${cipher} true ${strength === 'acceptable' ? 'acceptable' : 'strong'}`,
      );
      expect(cipher).toMatch(/GCM|CHACHA20/);
    }
    expect(found).not.toContain('vulnerable="1"');
    expect(found).not.toMatch(/<renegotiation supported="1" secure="0"/);
  }
}, 20_000);

test('a_handshake_that_never_ends_is_cut', async () => {
  const { rig } = start({ limits: { handshakeMs: 50 } });
  const idle = await connect(rig.securePort);
  const rubbish = await connect(rig.securePort);
  rubbish.send('GET / HTTP/1.1\r\nHost: app.test\r\n\r\n');
  await idle.closes();
  await rubbish.closes();
  expect(rubbish.text).not.toContain('hello');
  await until('no connection', () => rig.path.connections === 0);
  expect(rig.errors).toEqual([]);
});

test('large_bodies_arrive_whole_in_both_directions', async () => {
  const size = 8_000_000;
  const app = startApp('a', (end) => {
    if (end.bytes >= size) end.send(ok('x'.repeat(size)));
  });
  const rig = startTlsRig({ targets: [app.target] });
  rig.certificates.put('app.test', madeCertificate('app.test'));
  open.push(
    () => app.close(),
    () => rig.close(),
  );
  const answer = await fetch(`https://127.0.0.1:${rig.securePort}/`, {
    method: 'POST',
    headers: { Host: 'app.test' },
    body: 'y'.repeat(size),
    tls: { rejectUnauthorized: false },
  });
  expect((await answer.text()).length).toBe(size);
});

test('hsts_is_said_over_tls_alone_and_once', async () => {
  const app = startApp('a', answering(ok('hello', 'Strict-Transport-Security: max-age=1\r\n')));
  const rig = startTlsRig({ targets: [app.target] });
  rig.certificates.put('app.test', madeCertificate('app.test'));
  rig.certificates.strict.set('app.test', 'max-age=63072000');
  open.push(
    () => app.close(),
    () => rig.close(),
  );
  const socket = await secured(rig.securePort, { ALPNProtocols: ['http/1.1'] });
  open.push(() => socket.destroy());
  const text = await said(socket, get(), 'hello');
  expect(text.match(/strict-transport-security/gi)).toHaveLength(1);
  expect(text).toContain('Strict-Transport-Security: max-age=63072000\r\n');
  const plain = await rig.ask(get());
  expect(await plain.sees('hello')).toContain('max-age=1\r\n');
});

test('a_websocket_is_carried_over_tls_and_the_app_hears_what_was_said', async () => {
  const app = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    websocket: { message: (socket, message) => void socket.send(`heard ${message}`) },
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response('no upgrade')),
  });
  const rig = startTlsRig({ targets: [{ id: 'a', host: '127.0.0.1', port: app.port ?? 0 }] });
  rig.certificates.put('app.test', madeCertificate('app.test'));
  open.push(
    () => app.stop(true),
    () => rig.close(),
  );
  const socket = new WebSocket(`wss://127.0.0.1:${rig.securePort}/`, {
    headers: { Host: 'app.test' },
    tls: { rejectUnauthorized: false, serverName: 'app.test' },
  });
  const heard: string[] = [];
  socket.addEventListener('message', ({ data }) => heard.push(String(data)));
  socket.addEventListener('open', () => socket.send('hello'));
  await until('an answer', () => heard.length > 0);
  expect(heard).toEqual(['heard hello']);
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
  for (const tell of rig.service.drain) tell();
  expect(await closed).toBe(1001);
});
