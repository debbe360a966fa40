import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerContract } from '../../shared/server-contract.ts';
import type { EndpointRequest } from '../kernel/endpoint.ts';
import type { Feature, Handler } from '../kernel/feature.ts';
import { openKernel } from '../kernel/kernel.ts';
import type { Notice } from '../kernel/notice.ts';
import { createGateway, migrations } from './index.ts';
import { openai, sse, startStandIn } from './stand-in.fixture.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of cleanUps.splice(0).reverse()) await each();
});

/** Enough of what any method answers. */
interface Answer {
  secret: string;
  key: { id: number };
  budget: { id: number; spent: number };
  rows: { by: unknown[]; calls: number }[];
  calls: [{ input: number; cacheRead: number; output: number; cost: number }];
}

const instance = { app: 'shop', environment: 'production', release: 4, url: '', inContainer: false };
const context = { signal: new AbortController().signal, emit: () => undefined };

async function start(root: string) {
  const lines: string[] = [];
  const notices: Notice[] = [];
  const { kernel, close } = await openKernel({ root, migrations, writeLog: (line) => lines.push(line) });
  kernel.events.on('notice', (notice) => void notices.push(notice));
  const feature = createGateway(kernel);
  await feature.start?.();
  const stop = async () => {
    await feature.stop?.();
    await close();
  };
  return { feature, lines, notices, stop };
}

function call<K extends keyof ServerContract & `ai${string}`>(
  feature: Feature,
  name: K,
  params: object,
): Promise<Answer> {
  const handler = feature.handlers[name] as Handler<ServerContract[K]>;
  return Promise.resolve((handler as unknown as (params: object, given: object) => Answer)(params, context));
}

test('a_ledger_that_cannot_be_read_keeps_the_gateway_away_and_not_the_server', async () => {
  const root = mkdtempSync(join(tmpdir(), 'windlass-gateway-feature-'));
  cleanUps.push(() => rmSync(root, { recursive: true, force: true }));
  let server = await start(root);
  await call(server.feature, 'aiKeys.create', { app: 'shop', environment: null, limits: {} });
  await server.stop();
  writeFileSync(join(root, 'gateway.db'), 'no database at all '.repeat(1000));
  server = await start(root);
  cleanUps.push(() => server.stop());
  expect(server.lines.join('')).toContain('the AI gateway does not start');
  await expect(
    call(server.feature, 'aiUsage.calls', { from: 0, to: 1, app: null, limit: 1 }),
  ).rejects.toThrow();
});

test('an_app_with_a_key_is_told_where_and_by_what_and_it_stays_true_over_a_restart', async () => {
  const root = mkdtempSync(join(tmpdir(), 'windlass-gateway-feature-'));
  cleanUps.push(() => rmSync(root, { recursive: true, force: true }));
  const up = startStandIn(({ body }) =>
    body.stream === true ? sse(openai.stream('Hi')) : Response.json(openai.answer('Hi')),
  );
  cleanUps.push(() => up.stop());
  let server = await start(root);
  cleanUps.push(() => server.stop());
  expect(server.feature.variables?.(instance)).toEqual({});
  await call(server.feature, 'aiProviders.set', {
    name: 'openai',
    kind: 'openai',
    baseUrl: `${up.url}/v1`,
    models: [],
    secrets: ['sk-very-secret'],
    private: true,
  });
  const { secret, key } = await call(server.feature, 'aiKeys.create', {
    app: 'shop',
    environment: null,
    limits: {},
  });
  const told = server.feature.variables?.(instance) ?? {};
  expect(told.OPENAI_API_KEY).toBe(secret);
  expect(told.OPENAI_BASE_URL).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/apps\/shop\/production\/4\/v1$/);
  expect(server.feature.variables?.({ ...instance, app: 'blog' })).toEqual({});
  expect(server.feature.variables?.({ ...instance, inContainer: true }).OPENAI_BASE_URL).toContain(
    '//windlass.internal:',
  );

  const say = async () => {
    const body = JSON.stringify({
      model: 'gpt-4o-mini',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    const headers = { authorization: `Bearer ${told.OPENAI_API_KEY}` };
    return (await fetch(`${told.OPENAI_BASE_URL}/chat/completions`, { method: 'POST', headers, body }))
      .status;
  };
  expect(await say()).toBe(200);
  expect(
    await call(server.feature, 'aiProviders.test', { name: 'openai', model: 'gpt-4o-mini' }),
  ).toMatchObject({ ok: true });
  const words: string[] = [];
  const played = await (
    server.feature.handlers['aiPlay.ask'] as (params: object, given: object) => Promise<object>
  )(
    { model: 'gpt-4o-mini', turns: [{ role: 'user', text: 'Hi' }], maxTokens: 10 },
    { ...context, emit: ({ text }: { text: string }) => words.push(text) },
  );
  expect(words.join('')).toBe('Hi');
  expect(played).toMatchObject({ provider: 'openai' });

  const publicly = async () => {
    const request: EndpointRequest = {
      method: 'GET',
      path: '/ai/v1/models',
      host: 'shop.example.com',
      headers: new Headers({ authorization: `Bearer ${secret}` }),
      client: '203.0.113.7',
      scheme: 'https',
      site: null,
      body: new Uint8Array(),
      signal: context.signal,
    };
    return (await server.feature.endpoints?.[0]?.answer(request))?.status;
  };
  expect(await publicly()).toBe(404);
  await call(server.feature, 'aiSettings.set', { public: true });
  expect(await publicly()).toBe(200);
  await call(server.feature, 'aiSettings.set', { public: false });
  expect(await publicly()).toBe(404);

  await server.stop();
  server = await start(root);
  expect(server.feature.variables?.(instance)).toEqual(told);
  expect(await say()).toBe(200);
  const { rows } = await call(server.feature, 'aiUsage.report', {
    from: 0,
    to: Date.now(),
    by: ['app', 'release'],
    app: null,
  });
  expect(rows.map(({ by, calls }) => [...by, calls])).toEqual([
    ['', 0, 1],
    ['shop', 4, 2],
  ]);

  // A table of the owner's: calls from now on cost by it, and after a restart too.
  const file = {
    version: 'mine-1',
    providers: {
      openai: [{ names: ['gpt-4o-mini'], prices: [{ rates: [9_000_000, 9_000_000, 9_000_000, 9_000_000] }] }],
    },
  };
  await call(server.feature, 'aiModels.priceFile', { file });
  await server.stop();
  server = await start(root);
  expect(await say()).toBe(200);
  const { calls } = await call(server.feature, 'aiUsage.calls', {
    from: 0,
    to: Date.now(),
    app: 'shop',
    limit: 1,
  });
  const [{ input, cacheRead, output, cost }] = calls;
  expect(cost).toBe((input + cacheRead + output) * 9_000);
  await call(server.feature, 'aiModels.priceFile', { file: null });

  // A call may cost more than this, so it is refused; what was spent counts, too.
  const { budget } = await call(server.feature, 'aiBudgets.set', {
    app: 'shop',
    environment: null,
    key: null,
    model: null,
    limit: 20_000,
    period: 'month',
  });
  expect(budget.spent).toBeGreaterThan(0);
  expect(await say()).toBe(402);
  await call(server.feature, 'aiBudgets.remove', { id: budget.id });
  await call(server.feature, 'aiKeys.remove', { id: key.id });
  // With the last key the Worker goes, and nothing listens any more.
  await expect(say()).rejects.toThrow();
  expect(server.feature.variables?.(instance)).toEqual({});

  const stored =
    readFileSync(join(root, 'control.db')).toString('latin1') +
    readFileSync(join(root, 'gateway.db')).toString('latin1');
  for (const word of [secret, 'sk-very-secret']) {
    expect(stored).not.toContain(word);
    expect(server.lines.join('\n')).not.toContain(word);
  }
});
