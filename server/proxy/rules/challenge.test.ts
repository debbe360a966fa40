/** Proof of work: the task in the page is solved as a browser does it, and a pass is worth nothing elsewhere. */

import { afterEach, expect, test } from 'bun:test';
import type { Clock } from '../../kernel/clock.ts';
import { answering, get, ok, startApps } from '../rig.ts';
import { ChallengeDesk } from './challenge.ts';
import { challengeEndpoint } from './challenge-endpoint.ts';
import { ServiceRules } from './service-rules.ts';

const { one, close } = startApps();
afterEach(close);

const secret = new Uint8Array(32).fill(7);
const bits = 8;

function attacked() {
  let time = Date.now();
  const clock: Clock = { now: () => time, monotonic: () => performance.now() };
  const desk = new ChallengeDesk(secret);
  const { rig, app } = one(answering(ok('the app')), {
    endpoints: [challengeEndpoint(() => desk, clock)],
    challengeTask: (service, client, wanted) => desk.task(service, client, wanted, time),
    clock,
  });
  rig.service.rules = new ServiceRules('shop/production', { challenge: { bits } }, [], secret);
  const ask = async (request: string) => (await rig.ask(request)).sees('\r\n\r\n');
  return {
    ask,
    app,
    desk,
    later: (ms: number) => {
      time += ms;
    },
    post: (answer: string) =>
      ask(
        `POST /.windlass/challenge HTTP/1.1\r\nHost: app.test\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`,
      ),
    page: async () => {
      const client = await rig.ask(get('/', 'Accept: text/html\r\n'));
      return client.sees('</script>');
    },
  };
}

/** Runs the script of the page, as a browser would, and returns what it posts. */
async function solvedBy(page: string): Promise<string> {
  const script = /<script>([\s\S]*)<\/script>/.exec(page)?.[1] ?? '';
  const posted = Promise.withResolvers<string>();
  const run = new Function('fetch', 'document', 'location', script);
  run(
    (_url: string, { body }: { body: string }) => {
      posted.resolve(body);
      return Promise.resolve({ ok: true });
    },
    {},
    { reload: () => undefined },
  );
  return posted.promise;
}

const taskIn = (page: string) => /task="([^"]+)"/.exec(page)?.[1] ?? '';

/** As the page's script does it, with the platform's hash. */
function solve(task: string, wanted: number): string {
  for (let counter = 0; ; counter++) {
    const hash = new Bun.CryptoHasher('sha256').update(`${task}:${counter}`).digest();
    const first = ((hash[0] ?? 0) << 16) | ((hash[1] ?? 0) << 8) | (hash[2] ?? 0);
    if (first < 2 ** (24 - wanted)) return `${task}:${counter}`;
  }
}

test('a_browser_that_does_the_work_gets_in_and_nobody_else', async () => {
  const { page, post, ask, app } = attacked();
  const text = await page();
  expect(text).toStartWith('HTTP/1.1 403 ');
  expect(await ask(get('/', 'Accept: application/json\r\n'))).not.toContain('<script>');
  expect(app.received).toBe('');
  const answer = await solvedBy(text);
  expect(answer).toBe(solve(taskIn(text), bits));
  const accepted = await post(answer);
  expect(accepted).toStartWith('HTTP/1.1 204 ');
  const cookie = /Set-Cookie: ([^;]+); Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax\r\n/.exec(accepted)?.[1];
  expect(await ask(get('/', `Cookie: a=b; ${cookie}\r\n`))).toStartWith('HTTP/1.1 200 ');
  expect(await ask(get('/', `Cookie: ${cookie}x\r\n`))).toStartWith('HTTP/1.1 403 ');
});

test('work_cannot_be_handed_in_twice_or_late_or_for_another', async () => {
  const { page, post, desk, later } = attacked();
  const answer = solve(taskIn(await page()), bits);
  expect(await post(answer)).toStartWith('HTTP/1.1 204 ');
  expect(await post(answer)).toStartWith('HTTP/1.1 403 ');
  const foreign = solve(desk.task('shop/production', '192.0.2.1', bits, Date.now()), bits);
  expect(await post(foreign)).toStartWith('HTTP/1.1 403 ');
  const elsewhere = solve(desk.task('blog/production', '127.0.0.1', bits, Date.now()), bits);
  expect(await post(elsewhere)).toStartWith('HTTP/1.1 403 ');
  const easier = taskIn(await page()).replace(/^8\./, '1.');
  expect(await post(solve(easier, 1))).toStartWith('HTTP/1.1 403 ');
  const late = solve(taskIn(await page()), bits);
  later(301_000);
  expect(await post(late)).toStartWith('HTTP/1.1 403 ');
  expect(await post('nonsense')).toStartWith('HTTP/1.1 403 ');
});

test('a_task_is_worth_nothing_after_a_restart_and_a_pass_still_is', async () => {
  const { page, post, ask } = attacked();
  const cookie = /Set-Cookie: ([^;]+)/.exec(await post(solve(taskIn(await page()), bits)))?.[1];
  const before = new ChallengeDesk(secret);
  const task = before.task('shop/production', '127.0.0.1', bits, Date.now());
  expect(await post(solve(task, bits))).toStartWith('HTTP/1.1 403 ');
  const other = attacked();
  expect(await other.ask(get('/', `Cookie: ${cookie}\r\n`))).toStartWith('HTTP/1.1 200 ');
  expect(await ask(get())).toStartWith('HTTP/1.1 403 ');
});

test('a_pass_ends_after_an_hour', async () => {
  const { page, post, ask, later } = attacked();
  const accepted = await post(solve(taskIn(await page()), bits));
  const cookie = /Set-Cookie: ([^;]+)/.exec(accepted)?.[1];
  later(3_590_000);
  expect(await ask(get('/', `Cookie: ${cookie}\r\n`))).toStartWith('HTTP/1.1 200 ');
  later(20_000);
  expect(await ask(get('/', `Cookie: ${cookie}\r\n`))).toStartWith('HTTP/1.1 403 ');
});
