/** Every kind of check against its real counterpart: exactly one incident after its threshold, closed after recovery. */

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { createServer, type Server } from 'node:net';
import {
  type Authority,
  authority,
  type Counterpart,
  dnsmasq,
  freePort,
  mariadb,
  postgres,
  redis,
  run,
} from './counterparts.fixture.ts';
import { openRoom, type Room, view } from './room.fixture.ts';

let room: Room;
let trust: Authority;
beforeAll(async () => {
  trust = await authority();
});
afterAll(() => trust.close());
beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.close());

/** Down and up again, with what every check must hold to on the way. */
async function goesDownAndUp(id: number, breakIt: () => unknown, mend: () => unknown): Promise<string> {
  expect(await room.attempts(id, 1)).toEqual(['up']);
  await breakIt();
  const [first = ''] = await room.attempts(id, 2);
  expect(first).toStartWith('down: ');
  expect(await room.incidents()).toEqual({ open: 0, all: 0 });
  await room.attempts(id, 1);
  expect(await room.incidents()).toEqual({ open: 1, all: 1 });
  await room.attempts(id, 2);
  expect(await room.incidents()).toEqual({ open: 1, all: 1 });
  await mend();
  expect(await room.attempts(id, 1)).toEqual(['up']);
  expect(await room.incidents()).toEqual({ open: 1, all: 1 });
  expect(await room.attempts(id, 1)).toEqual(['up']);
  expect(await room.incidents()).toEqual({ open: 0, all: 1 });
  expect(room.told.map((each) => each.split(' ')[0])).toEqual(['opened', 'resolved']);
  return first.replace('down: ', '');
}

async function withCounterpart(made: Promise<Counterpart>, work: (other: Counterpart) => Promise<void>) {
  const other = await made;
  try {
    await other.start();
    await work(other);
  } finally {
    await other.close();
  }
}

test('http_that_starts_to_answer_500', async () => {
  let status = 200;
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('fine', { status }) });
  const url = `http://localhost:${server.port}/health`;
  const id = await room.add({
    kind: 'http',
    url,
    method: 'GET',
    headers: {},
    follow: false,
    expect: { status: '200-399' },
  });
  const why = await goesDownAndUp(
    id,
    () => (status = 500),
    () => (status = 200),
  );
  expect(why).toBe('it answered 500');
  server.stop(true);
});

test('http_is_looked_at_in_all_that_is_asked_of_it', async () => {
  const seen: Headers[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    tls: trust.issue('localhost', 90),
    async fetch(request) {
      seen.push(request.headers);
      const { pathname } = new URL(request.url);
      if (pathname === '/away') return Response.redirect('/here', 302);
      return Response.json({
        state: { parts: [{ name: 'db', ok: true }] },
        method: request.method,
        body: await request.text(),
      });
    },
  });
  const base = { kind: 'http' as const, method: 'GET' as const, headers: {}, follow: false, ca: trust.ca };
  const ask = async (change: object, expectation: object = {}) => {
    const url = `https://localhost:${server.port}/here`;
    const id = await room.add({
      ...base,
      url,
      ...change,
      expect: { status: '200-299', ...expectation },
    } as never);
    const [outcome = ''] = await room.attempts(id, 1);
    return outcome;
  };
  const json = (path: string, equals: string) => ({ json: { path, equals } });
  expect(await ask({}, json('state.parts[0].name', 'db'))).toBe('up');
  expect(await ask({}, json('state.parts[0].ok', 'true'))).toBe('up');
  expect(await ask({}, json('state.parts[1].ok', 'true'))).toBe(
    'down: state.parts[1].ok is not there: there is no 1',
  );
  expect(await ask({}, { contains: '"db"' })).toBe('up');
  expect(await ask({}, { contains: 'Fatal' })).toBe('down: the answer lacks "Fatal"');
  expect(await ask({}, { lacks: '"db"' })).toBe('down: the answer has ""db""');
  expect(await ask({}, { withinMs: 5000 })).toBe('up');
  expect(await ask({ method: 'POST', body: 'a=1' }, json('body', 'a=1'))).toBe('up');
  expect(await ask({ url: `https://localhost:${server.port}/away` })).toBe('down: it answered 302');
  expect(await ask({ url: `https://localhost:${server.port}/away`, follow: true })).toBe('up');
  expect(await ask({}, { certificateDays: 30, issuer: 'Harbour' })).toBe('up');
  expect(await ask({}, { certificateDays: 120 })).toMatch(/^down: the certificate ends in (89|90) days$/);
  expect(await ask({}, { issuer: 'Elsewhere' })).toContain('not from Elsewhere');
  expect(await ask({ ca: undefined })).toMatch(/^down: the certificate/);
  expect(await ask({ url: `https://127.0.0.1:${server.port}/here` })).toMatch(
    /^down: the certificate is for another name/,
  );
  await ask({ user: 'me', password: 'geheim', headers: { 'X-Mine': 'yes' } });
  expect(seen.at(-1)?.get('authorization')).toBe(`Basic ${btoa('me:geheim')}`);
  expect(seen.at(-1)?.get('x-mine')).toBe('yes');
  server.stop(true);
}, 30_000);

test('tcp_that_stops_listening', async () => {
  let server: Server;
  const port = await freePort();
  const listen = () =>
    new Promise<void>((resolve) => {
      server = createServer((socket) => socket.end('220 ready\r\n')).listen(port, '127.0.0.1', () =>
        resolve(),
      );
    });
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  await listen();
  const id = await room.add({ kind: 'tcp', host: 'localhost', port, contains: '220 ' });
  expect(await goesDownAndUp(id, close, listen)).toBe('the connection was refused');
  await close();
});

test('tls_with_a_certificate_that_is_about_to_end', async () => {
  const serve = (port: number, days: number) =>
    Bun.serve({
      port,
      hostname: '127.0.0.1',
      tls: trust.issue('localhost', days),
      fetch: () => new Response(''),
    });
  let server = serve(0, 90);
  const port = server.port ?? 0;
  const id = await room.add({ kind: 'tls', host: 'localhost', port, days: 14, ca: trust.ca });
  const swap = async (days: number) => {
    await server.stop(true);
    server = serve(port, days);
  };
  expect(
    await goesDownAndUp(
      id,
      () => swap(5),
      () => swap(90),
    ),
  ).toMatch(/^the certificate ends in [45] days$/);
  expect((await view(room, id)).detail).toMatch(/^good for (89|90) days$/);
  await server.stop(true);
}, 30_000);

test('ping', async () => {
  const address = '198.18.77.7';
  const put = (what: 'add' | 'del') => run(['ip', 'addr', what, `${address}/32`, 'dev', 'lo']);
  put('add');
  const id = await room.add({ kind: 'ping', host: address }, { timeoutSeconds: 1 });
  expect(
    await goesDownAndUp(
      id,
      () => put('del'),
      () => put('add'),
    ),
  ).toMatch(/^no answer/);
  put('del');
}, 30_000);

test('dns_that_stops_and_dns_that_answers_something_else', async () => {
  let address = '198.18.0.7';
  await withCounterpart(
    dnsmasq(() => [`address=/up.example/${address}`]),
    async (other) => {
      const server = `127.0.0.1:${other.port}`;
      const target = { kind: 'dns' as const, name: 'up.example', type: 'A' as const, server };
      const id = await room.add({ ...target, contains: '198.18.0.7' }, { timeoutSeconds: 1 });
      const again = async (to: string) => {
        address = to;
        await other.stop();
        await other.start();
      };
      const why = await goesDownAndUp(
        id,
        () => again('198.18.0.99'),
        () => again('198.18.0.7'),
      );
      expect(why).toBe('the answer is 198.18.0.99, without 198.18.0.7');
      await other.stop();
      expect((await room.attempts(id, 1))[0]).toMatch(
        /^down: (the resolver did not answer|no answer within)/,
      );
    },
  );
}, 30_000);

test('websocket', async () => {
  let open = true;
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, self) =>
      open && self.upgrade(request) ? undefined : new Response('no', { status: 503 }),
    websocket: { message: (socket, text) => void socket.send(`echo ${text}`) },
  });
  const url = `ws://localhost:${server.port}/live?x=1`;
  const id = await room.add({ kind: 'websocket', url, send: 'hello', contains: 'echo hello' });
  expect(
    await goesDownAndUp(
      id,
      () => (open = false),
      () => (open = true),
    ),
  ).toBe('it answered 503 instead of 101');
  server.stop(true);
});

test('postgresql', async () => {
  await withCounterpart(postgres(), async (other) => {
    const id = await room.add({ kind: 'postgres', host: 'localhost', port: other.port, user: 'windlass' });
    expect(await goesDownAndUp(id, other.stop, other.start)).toBe('the connection was refused');
  });
}, 60_000);

test('mariadb_which_never_shuts_out_who_only_looks', async () => {
  await withCounterpart(mariadb(), async (other) => {
    const id = await room.add({ kind: 'mysql', host: 'localhost', port: other.port });
    // It shuts a host out after 3 handshakes that were not finished.
    expect(new Set(await room.attempts(id, 12))).toEqual(new Set(['up']));
    expect(await goesDownAndUp(id, other.stop, other.start)).toBe('the connection was refused');
    expect((await view(room, id)).detail).toContain('MariaDB');
  });
}, 60_000);

test('redis_with_a_password', async () => {
  await withCounterpart(redis('geheim-123'), async (other) => {
    const target = { kind: 'redis' as const, host: 'localhost', port: other.port };
    const id = await room.add({ ...target, password: 'geheim-123' });
    expect(await goesDownAndUp(id, other.stop, other.start)).toBe('the connection was refused');
    expect((await room.attempts(await room.add({ ...target, password: 'wrong-one' }), 1))[0]).toMatch(
      /^down: it answered WRONGPASS/,
    );
    expect(await room.attempts(await room.add(target), 1)).toEqual(['up']);
  });
}, 30_000);

test('an_app_that_starts_to_answer_500', async () => {
  room.sites.push({ app: 'shop', environment: 'production', state: 'serving', release: 7 });
  await room.restart();
  const { checks } = await room.handlers['checks.list']({}, room.signal);
  expect(checks).toMatchObject([{ given: true, name: 'shop', everySeconds: 60 }]);
  const id = checks[0]?.id ?? 0;
  const answer = (status: number) => () => {
    room.answer = () => ({ kind: 'answered', status, ms: 4 });
  };
  expect(await goesDownAndUp(id, answer(500), answer(200))).toBe('it answered 500');
  const { incidents } = await room.handlers['incidents.list']({ open: false, limit: 10 }, room.signal);
  expect(incidents).toMatchObject([
    { app: 'shop', release: 7, deployment: 'd-1', state: 'resolved', severity: 'critical' },
  ]);
});

test('instances_that_are_fewer_than_there_should_be', async () => {
  room.sites.push({ app: 'shop', environment: 'production', state: 'serving', release: 7 });
  const id = await room.add({ kind: 'instances', app: 'shop', environment: 'production' });
  const have = (running: number) => () => {
    room.instances = { running, wanted: 2 };
  };
  have(2)();
  expect(await goesDownAndUp(id, have(1), have(2))).toBe('1 of 2 instances run');
});

test('an_app_that_is_stopped_by_hand_ends_its_incident_and_opens_none', async () => {
  const site = {
    app: 'shop',
    environment: 'production',
    state: 'serving' as Room['sites'][0]['state'],
    release: 7,
  };
  room.sites.push(site);
  await room.restart();
  const id = (await room.handlers['checks.list']({}, room.signal)).checks[0]?.id ?? 0;
  room.answer = () => ({ kind: 'refused' });
  await room.attempts(id, 3);
  expect(await room.incidents()).toEqual({ open: 1, all: 1 });
  Object.assign(site, { state: 'stopped' });
  await room.attempts(id, 5);
  expect(await room.incidents()).toEqual({ open: 0, all: 1 });
  Object.assign(site, { state: 'asleep' });
  await room.attempts(id, 5);
  expect(await room.incidents()).toEqual({ open: 0, all: 1 });
});

test('an_app_that_is_removed_takes_its_check_along', async () => {
  room.sites.push({ app: 'shop', environment: 'production', state: 'serving', release: 7 });
  await room.restart();
  const list = async () => (await room.handlers['checks.list']({}, room.signal)).checks;
  const [check] = await list();
  room.answer = () => ({ kind: 'refused' });
  await room.attempts(check?.id ?? 0, 3);
  expect(await room.incidents()).toEqual({ open: 1, all: 1 });
  room.sites.length = 0;
  await room.attempts(check?.id ?? 0, 1);
  expect(await list()).toEqual([]);
  expect(await room.incidents()).toEqual({ open: 0, all: 1 });
});

test('push_by_whoever_knows_the_token_and_nobody_else', async () => {
  const id = await room.add({ kind: 'push' });
  const { target } = await view(room, id);
  const token = target.kind === 'push' ? target.token : '';
  expect(room.push(`/${token}`)).toBe(200);
  expect((await view(room, id)).status).toBe('up');
  expect(room.push('/nonsense')).toBe(404);
  expect(room.push('/')).toBe(404);
  expect(room.push(`/${token}?status=down&msg=disk%20full`)).toBe(200);
  expect(await room.incidents()).toEqual({ open: 1, all: 1 });
  expect(room.told).toEqual(['opened push: disk full']);
  expect(room.push(`/${token}?status=up&ping=12.5`)).toBe(200);
  expect(await room.incidents()).toEqual({ open: 0, all: 1 });
  expect((await view(room, id)).lastMs).toBe(12.5);
});

test('a_scheduled_command_that_ends_badly', async () => {
  const target = { kind: 'cron' as const, app: 'shop', environment: 'production', name: 'tidy' };
  await room.add(target);
  const ended = (name: string, state: string, exit: string | null) =>
    room.kernel.events.emit('cron.ended', { app: 'shop', environment: 'production', name, state, exit });
  ended('other', 'failed', 'exit code 1');
  ended('tidy', 'done', null);
  ended('tidy', 'interrupted', null);
  expect(await room.incidents()).toEqual({ open: 0, all: 0 });
  ended('tidy', 'failed', 'exit code 3');
  ended('tidy', 'failed', 'exit code 3');
  expect(await room.incidents()).toEqual({ open: 1, all: 1 });
  ended('tidy', 'done', null);
  expect(room.told).toEqual(['opened cron: exit code 3', 'resolved cron: it answers again']);
});
