/** Real forwarder processes on the ports of a real proxy. */

import { afterEach, expect, test } from 'bun:test';
import { type Client, key, SpreadRig, type SpreadRigOptions, shop, until } from './forwarders-rig.ts';

let rig: SpreadRig;
afterEach(() => rig.close());

async function spread(options: SpreadRigOptions = {}): Promise<SpreadRig> {
  rig = new SpreadRig(options);
  await rig.start((options.forwarders ?? 1) + 1);
  return rig;
}

const answersOf = (clients: readonly Client[], path = '/', fields = '') =>
  Promise.all(clients.map((client) => client.get(path, fields)));
const open = (clients: readonly Client[]) => clients.filter(({ end }) => end.state === 'open');

test('both_processes_forward_and_every_request_is_in_the_access_log_and_counts_with_its_client', async () => {
  const { proxy } = await spread();
  const told = new Set<string | null>();
  const app = rig.app('v1', (request) => {
    if (request.headers.get('user-agent') === null) told.add(request.headers.get('x-forwarded-for'));
    return new Response('v1');
  });
  rig.deploy(1, app);
  expect(await proxy.edge.releaseServing(key, '/')).toBe(1);
  const before = rig.rows.length;
  const clients = await rig.connections();
  for (let round = 0; round < 5; round++) {
    expect(await answersOf(clients)).toEqual(clients.map(() => '200 v1'));
  }
  await until('all lines', () => rig.rows.length >= before + 5 * clients.length);
  expect(rig.rows.length).toBe(before + 5 * clients.length);
  expect([...told]).toEqual(['127.0.0.1']);
  expect(new Set(rig.rows.slice(before).map((row) => row[4]))).toEqual(new Set(['127.0.0.1']));
  expect(proxy.edge.errorShare(key, 1)).toEqual({ requests: 5 * clients.length + 1, errors: 0 });
});

test('no_request_meets_an_old_release_once_one_has_met_the_new_and_none_is_lost_as_the_old_one_ends', async () => {
  const { proxy } = await spread({ forwarders: 2 });
  let newest = 0;
  let asked = 0;
  const wrong: string[] = [];
  let live = rig.app('1');
  rig.deploy(1, live);
  await proxy.edge.releaseServing(key, '/');
  const clients = await rig.connections(32);
  let going = true;
  const visits = clients.map(async (client) => {
    while (going) {
      const least = newest;
      const answer = await client.get();
      asked++;
      const release = Number(answer.slice(4));
      if (!answer.startsWith('200 ') || release < least) wrong.push(`${answer} after ${least}`);
      newest = Math.max(newest, release);
    }
  });
  for (let release = 2; release <= 12; release++) {
    const next = rig.app(String(release));
    rig.deploy(release, next);
    expect(await proxy.edge.releaseServing(key, '/')).toBe(release);
    await proxy.edge.drain(key, release - 1, 5_000);
    live.stop();
    live = next;
    const seen = asked;
    await until('requests to go on', () => asked > seen + 100);
  }
  going = false;
  await Promise.all(visits);
  expect(wrong).toEqual([]);
  expect(newest).toBe(12);
});

test('requests_wait_in_every_process_until_the_last_one_has_the_new_routes', async () => {
  const { proxy } = await spread({
    forwarders: 2,
    endpoints: [{ name: 'here', maxBody: 1, answer: () => ({ status: 200, body: 'here' }) }],
  });
  rig.deploy(1, rig.app('v1'));
  await proxy.edge.releaseServing(key, '/');
  const clients = await rig.connections();
  await answersOf(clients);
  const others = await rig.connections();
  const [pid = 0] = rig.pids();
  process.kill(pid, 'SIGSTOP');
  rig.deploy(2, rig.app('v2'));
  // The other forwarder may not have heard yet, and then answers as before: nobody has met the new release.
  const answers = answersOf(clients);
  let metNew = 0;
  for (const { end } of clients) {
    end.onText = () => {
      if (end.text.includes('v2')) metNew++;
    };
  }
  // What needs no routes is answered meanwhile, time and again.
  const free = await Promise.race(
    others.map(async (other) => {
      await other.get('/.windlass/here');
      return other;
    }),
  );
  for (let round = 0; round < 20; round++) await free.get('/.windlass/here');
  expect(metNew).toBe(0);
  process.kill(pid, 'SIGCONT');
  const said = await answers;
  expect(said.filter((answer) => answer !== '200 v1' && answer !== '200 v2')).toEqual([]);
  expect(await answersOf(clients)).toEqual(clients.map(() => '200 v2'));
  expect(metNew).toBeGreaterThan(0);
});

test('a_killed_forwarder_loses_its_own_connections_and_nothing_else_and_another_takes_its_place', async () => {
  await spread();
  rig.deploy(1, rig.app('v1'));
  await rig.proxy.edge.releaseServing(key, '/');
  const clients = await rig.connections();
  await answersOf(clients);
  const [pid = 0] = rig.pids();
  process.kill(pid, 'SIGKILL');
  await until('its connections to end', () => open(clients).length < clients.length);
  expect(await answersOf(open(clients))).toEqual(open(clients).map(() => '200 v1'));
  expect(open(clients).length).toBeGreaterThan(0);
  await until('another', () => rig.proxy.cores === 2 && !rig.pids().includes(pid));
  rig.deploy(2, rig.app('v2'));
  await rig.proxy.edge.releaseServing(key, '/');
  const later = await rig.connections();
  expect(await answersOf(later)).toEqual(later.map(() => '200 v2'));
});

test('a_forwarder_that_hangs_does_not_hold_up_a_deploy', async () => {
  const { proxy } = await spread();
  rig.deploy(1, rig.app('v1'));
  await proxy.edge.releaseServing(key, '/');
  const [pid = 0] = rig.pids();
  process.kill(pid, 'SIGSTOP');
  rig.deploy(2, rig.app('v2'));
  expect(await proxy.edge.releaseServing(key, '/')).toBe(2);
  expect(rig.pids()).not.toContain(pid);
  expect(rig.said.some((line) => line.startsWith('a forwarder does not take new routes'))).toBe(true);
});

test('a_rate_limit_counts_the_requests_of_both_processes_together', async () => {
  await spread();
  rig.deploy(1, rig.app('v1'));
  await rig.call('rules.set', { ...shop, rules: { rates: [{ requests: 10, per: 3600 }] }, clear: [] });
  const clients = await rig.connections(30);
  const answers = await answersOf(clients);
  expect(answers.filter((answer) => answer === '200 v1')).toHaveLength(10);
  expect(answers.filter((answer) => answer.startsWith('429 '))).toHaveLength(20);
  await rig.call('rules.set', { ...shop, rules: {}, clear: ['rates'] });
  const later = await rig.connections();
  expect(await answersOf(later)).toEqual(later.map(() => '200 v1'));
});

test('rules_that_count_nothing_are_kept_by_both_and_said_of_both', async () => {
  await spread();
  rig.deploy(1, rig.app('v1'));
  await rig.call('rules.set', { ...shop, rules: { deny: ['127.0.0.0/8'] }, clear: [] });
  const clients = await rig.connections();
  const answers = await answersOf(clients);
  expect(answers.every((answer) => answer.startsWith('403 '))).toBe(true);
  const refused = () =>
    (rig.call('requests.refused', {}) as Promise<{ reasons: { reason: string; count: number }[] }>).then(
      ({ reasons }) => reasons.find(({ reason }) => reason === 'forbidden')?.count,
    );
  let count: number | undefined;
  for (let look = 0; look < 500 && count !== clients.length; look++) {
    count = await refused();
    await Bun.sleep(2);
  }
  expect(count).toBe(clients.length);
});

test('a_pause_holds_what_comes_to_either_process_from_its_answer_on_and_a_resume_lets_all_go', async () => {
  await spread();
  let met = 0;
  const app = rig.app('v1', (request) => {
    if (request.headers.get('user-agent') !== 'windlass-probe') met++;
    return new Response('v1');
  });
  rig.deploy(1, app);
  const clients = await rig.connections();
  await answersOf(clients);
  await rig.call('traffic.pause', { ...shop, maxPause: 30 });
  const before = met;
  const held = answersOf(clients);
  await until('all to be held', () => rig.proxy.edge.heldRequests(key) === clients.length);
  expect(met).toBe(before);
  await rig.call('traffic.resume', shop);
  expect(await held).toEqual(clients.map(() => '200 v1'));
});

test('what_the_server_answers_itself_is_answered_on_every_connection_with_the_clients_address', async () => {
  await spread({
    endpoints: [
      {
        name: 'who',
        maxBody: 100,
        answer: ({ client, scheme, body }) => ({
          status: 200,
          body: `${client} ${scheme} ${new TextDecoder().decode(body)}`,
        }),
      },
    ],
  });
  rig.deploy(1, rig.app('v1'));
  const clients = await rig.connections();
  expect(await answersOf(clients, '/.windlass/who')).toEqual(clients.map(() => '200 127.0.0.1 http '));
  for (const { end } of clients) {
    end.send('POST /.windlass/who HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 5\r\n\r\nhel');
    end.send('lo');
  }
  const posted = await Promise.all(clients.map((client) => client.answer()));
  expect(posted).toEqual(clients.map(() => '200 127.0.0.1 http hello'));
  expect(await answersOf(clients)).toEqual(clients.map(() => '200 v1'));
});

test('pages_that_a_feature_changes_are_changed_on_every_connection_also_from_later_on', async () => {
  let changes = false;
  await spread({
    filters: [
      {
        name: 'mark',
        covers: (service) => changes && service === key,
        begin: () => ({ push: (piece) => piece, end: () => new TextEncoder().encode('!') }),
      },
    ],
  });
  rig.deploy(
    1,
    rig.app('v1', () => new Response('page', { headers: { 'Content-Type': 'text/html' } })),
  );
  const pages = async () => {
    const clients = await rig.connections();
    return Promise.all(
      clients.map(async ({ end }) => {
        end.send('GET / HTTP/1.0\r\nHost: shop.test\r\nAccept: text/html\r\n\r\n');
        return (await end.closes()).split('\r\n\r\n')[1];
      }),
    );
  };
  expect(new Set(await pages())).toEqual(new Set(['page']));
  // The feature is switched on, and tells nobody.
  changes = true;
  const deadline = performance.now() + 5_000;
  while (new Set(await pages()).has('page')) expect(performance.now()).toBeLessThan(deadline);
  expect(new Set(await pages())).toEqual(new Set(['page!']));
});

test('an_answer_that_was_cut_short_is_no_whole_answer_to_a_client_of_either_process', async () => {
  await spread();
  // Every request goes to main; an answer without a length ends only with its connection.
  await rig.call('rules.set', { ...shop, rules: { rates: [{ requests: 1000, per: 1 }] }, clear: [] });
  const app = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      data(socket) {
        socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf');
        setTimeout(() => socket.terminate(), 20);
      },
    },
  });
  rig.deploy(1, { id: 'a', host: '127.0.0.1', port: app.port });
  const clients = await rig.connections();
  for (const { end } of clients) end.send('GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n');
  await Promise.all(clients.map(({ end }) => end.closes()));
  app.stop(true);
  expect(clients.map(({ end }) => end.state)).toEqual(clients.map(() => 'reset'));
});

test('the_end_of_the_server_lets_requests_in_a_forwarder_finish', async () => {
  await spread();
  const gate = Promise.withResolvers<void>();
  let came = 0;
  const app = rig.app('v1', async () => {
    came++;
    await gate.promise;
    return new Response('v1');
  });
  rig.deploy(1, app);
  const clients = await rig.connections();
  const answers = answersOf(clients);
  await until('all to be under way', () => came === clients.length);
  const pids = rig.pids();
  const stopped = rig.proxy.feature.stop?.();
  gate.resolve();
  expect(await answers).toEqual(clients.map(() => '200 v1'));
  await stopped;
  expect(pids).toHaveLength(1);
  expect(rig.pids()).toEqual([]);
});
