import { afterEach, expect, test } from 'bun:test';
import { keyFor, provider, type Rig, secrets, startRig } from './rig.fixture.ts';
import {
  type Answering,
  anthropic,
  data,
  gemini,
  openai,
  type StandIn,
  sse,
  startBreaking,
  startStandIn,
} from './stand-in.fixture.ts';

const open: { close?(): Promise<void>; stop?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await (each.close?.() ?? each.stop?.());
});

function standIn(answer: Answering): StandIn {
  const made = startStandIn(answer);
  open.push(made);
  return made;
}

function rig(snapshot: Parameters<typeof startRig>[0]): Rig {
  const made = startRig(snapshot);
  open.push(made);
  return made;
}

const hello = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] };

test('an_answer_in_the_providers_own_dialect_comes_as_it_was_and_is_booked', async () => {
  const up = standIn(() => Response.json(openai.answer()));
  const at = rig({ providers: [provider('openai', up.url)] });
  const answer = await at.post('/apps/shop/production/7/v1/chat/completions', hello);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual(openai.answer());
  expect(up.asked[0]?.headers.get('authorization')).toBe('Bearer openai-secret');
  expect(up.asked[0]?.text).not.toContain(secrets.shop);
  const [call] = await at.calls();
  expect(call).toMatchObject({
    app: 'shop',
    environment: 'production',
    release: 7,
    state: 'done',
    input: 16,
    cacheRead: 4,
    output: 10,
  });
  // 16 at 150,000, 4 at 75,000 and 10 at 600,000 picodollars, in nanodollars rounded up.
  expect(call?.cost).toBe(Math.ceil((16 * 150_000 + 4 * 75_000 + 10 * 600_000) / 1000));
});

test('usage_is_asked_for_and_kept_from_a_client_that_did_not_ask', async () => {
  const up = standIn(() => sse(openai.stream('Grüß ', 'Gott 👋')));
  const at = rig({ providers: [provider('openai', up.url)] });
  const answer = await at.post('/v1/chat/completions', { ...hello, stream: true });
  const text = await answer.text();
  expect(up.asked[0]?.body.stream_options).toEqual({ include_usage: true });
  expect(text).not.toContain('"choices":[]');
  expect(text).toContain('Gott 👋');
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  expect((await at.calls())[0]).toMatchObject({
    state: 'done',
    input: 16,
    cacheRead: 4,
    output: 10,
    estimated: false,
  });
  const asking = await at.post('/v1/chat/completions', {
    ...hello,
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(await asking.text()).toBe(openai.stream('Grüß ', 'Gott 👋'));
});

test('streams_cut_anywhere_mean_the_same_in_every_dialect', async () => {
  let size = 1;
  const up = {
    openai: standIn(() => sse(openai.stream('Grüß ', 'Gott 👋'), size)),
    anthropic: standIn(() => sse(anthropic.stream('Grüß ', 'Gott 👋'), size)),
    google: standIn(() => sse(gemini.stream('Grüß ', 'Gott 👋'), size)),
  };
  const at = rig({
    providers: [
      provider('openai', up.openai.url),
      provider('anthropic', up.anthropic.url),
      provider('google', up.google.url),
    ],
  });
  const models = ['gpt-4o-mini', 'claude-sonnet-4-5', 'gemini-2.5-flash'];
  for (size of [1, 2, 3, 5, 11, 64, 100_000]) {
    for (const model of models) {
      const chat = await at.post('/v1/chat/completions', {
        ...hello,
        model,
        stream: true,
        stream_options: { include_usage: true },
      });
      expect(textOf(await chat.text(), texts.chat), `${model} in pieces of ${size}`).toBe('Grüß Gott 👋');
      const message = await at.post('/v1/messages', { ...hello, model, max_tokens: 100, stream: true });
      expect(textOf(await message.text(), texts.messages)).toBe('Grüß Gott 👋');
      const generated = await at.post(`/v1beta/models/${model}:streamGenerateContent?alt=sse`, {
        contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      });
      expect(textOf(await generated.text(), texts.gemini)).toBe('Grüß Gott 👋');
      const response = await at.post('/v1/responses', { model, input: 'Hi', stream: true });
      const text = await response.text();
      if (model !== 'gpt-4o-mini') {
        expect(textOf(text, texts.responses)).toBe('Grüß Gott 👋');
        expect(text).toContain('event: response.completed');
      }
    }
  }
  expect(at.heard.filter(({ kind }) => kind === 'log')).toEqual([]);
  const calls = await at.calls();
  expect(calls.every(({ state, output }) => state === 'done' && output === 10)).toBe(true);
  expect(
    calls
      .filter(({ served }) => served === 'claude-sonnet-4-5')
      .every(({ input, cacheRead, cacheWrite }) => input === 16 && cacheRead === 4 && cacheWrite === 2),
  ).toBe(true);
});

/** What each dialect's deltas hold, as JSON strings. */
const texts = {
  chat: /"delta":\{"content":("(?:[^"\\]|\\.)*")/g,
  messages: /"type":"text_delta","text":("(?:[^"\\]|\\.)*")/g,
  gemini: /"parts":\[\{"text":("(?:[^"\\]|\\.)*")/g,
  responses: /"type":"response.output_text.delta".*?"delta":("(?:[^"\\]|\\.)*")/g,
};

test('what_a_dialect_cannot_carry_is_refused_by_name_and_nothing_is_sent', async () => {
  const up = standIn(() => Response.json(anthropic.answer()));
  const at = rig({ providers: [provider('anthropic', up.url)] });
  const asked = { ...hello, model: 'claude-sonnet-4-5', seed: 4 };
  const answer = await at.post('/v1/chat/completions', asked);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { param: 'seed', message: expect.stringContaining('`seed` cannot be carried') },
  });
  expect(up.asked).toHaveLength(0);
  at.set({ providers: [provider('anthropic', up.url)], keys: [keyFor('shop', { mayDrop: ['seed'] })] });
  const allowed = await at.post('/v1/chat/completions', asked);
  expect(allowed.status).toBe(200);
  expect(allowed.headers.get('windlass-dropped')).toBe('seed');
});

test('a_429_rotates_the_key_a_401_retires_it_and_a_500_goes_to_the_next_provider', async () => {
  const up = standIn(({ headers }) => {
    switch (headers.get('authorization')) {
      case 'Bearer busy':
        return openai.error(429, 'slow down', { 'retry-after': '30' });
      case 'Bearer wrong':
        return openai.error(401, 'Incorrect API key provided: sk-secretsecret');
      default:
        return Response.json(openai.answer());
    }
  });
  const down = standIn(() => new Response('down', { status: 503, headers: { 'retry-after': '60' } }));
  const at = rig({
    providers: [
      provider('compatible', down.url, { name: 'down' }),
      provider('openai', up.url, { secrets: ['busy', 'wrong', 'good'] }),
    ],
    aliases: [
      {
        name: 'smart',
        strategy: 'order',
        targets: [
          { provider: 'down', model: 'x', weight: 1 },
          { provider: 'openai', model: 'gpt-4o-mini', weight: 1 },
        ],
        firstTokenMs: 5000,
        totalMs: 20_000,
      },
    ],
  });
  for (let each = 0; each < 3; each++) {
    const answer = await at.post('/v1/chat/completions', { ...hello, model: 'smart' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('windlass-provider')).toBe('openai');
  }
  const keys = up.asked.map(({ headers }) => headers.get('authorization'));
  expect(keys.filter((key) => key === 'Bearer busy')).toHaveLength(1);
  expect(keys.filter((key) => key === 'Bearer wrong')).toHaveLength(1);
  at.set({ providers: [provider('openai', up.url, { secrets: ['wrong'] })] });
  const refused = await at.post('/v1/chat/completions', hello);
  expect(refused.status).toBe(502);
  const text = await refused.text();
  expect(text).toContain('the provider refused its key');
  expect(text).not.toContain('secretsecret');
});

test('after_the_first_byte_nobody_else_is_asked', async () => {
  const half = data({
    id: 'a',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content: 'Half' } }],
  });
  const broken = startBreaking(half);
  open.push(broken);
  const spare = standIn(() => sse(openai.stream('whole')));
  const at = rig({
    providers: [
      provider('openai', broken.url, { name: 'one' }),
      provider('openai', spare.url, { name: 'two' }),
    ],
    aliases: [
      {
        name: 'm',
        strategy: 'order',
        targets: [
          { provider: 'one', model: 'gpt-4o-mini', weight: 1 },
          { provider: 'two', model: 'gpt-4o-mini', weight: 1 },
        ],
        firstTokenMs: 5000,
        totalMs: 20_000,
      },
    ],
  });
  const text = await (await at.post('/v1/chat/completions', { ...hello, model: 'm', stream: true })).text();
  expect(text).toContain('Half');
  expect(text).toContain('"error"');
  expect(text).not.toContain('whole');
  expect(spare.asked).toHaveLength(0);
  expect((await at.calls())[0]).toMatchObject({ state: 'failed', estimated: true });
});

test('an_error_before_the_first_token_of_a_stream_goes_to_the_next_provider', async () => {
  const early = standIn(() => sse(data({ error: { message: 'overloaded', type: 'server_error' } })));
  const hangs = standIn(() => new Promise<Response>(() => undefined));
  const good = standIn(() => sse(openai.stream('whole')));
  const at = rig({
    providers: [
      provider('openai', early.url, { name: 'one' }),
      provider('openai', hangs.url, { name: 'two' }),
      provider('openai', good.url, { name: 'three' }),
    ],
    aliases: [
      {
        name: 'm',
        strategy: 'order',
        targets: ['one', 'two', 'three'].map((name) => ({ provider: name, model: 'gpt-4o-mini', weight: 1 })),
        firstTokenMs: 300,
        totalMs: 20_000,
      },
    ],
  });
  const text = await (await at.post('/v1/chat/completions', { ...hello, model: 'm', stream: true })).text();
  expect(text).toContain('whole');
  expect(text).not.toContain('overloaded');
  await hangs.asked[0]?.gone;
});

test('cancelling_reaches_the_provider_and_is_booked', async () => {
  const up = standIn(
    () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(
              new TextEncoder().encode(
                openai.stream('one ', 'two ').split('data: [DONE]')[0]?.split('"choices":[]')[0] ?? '',
              ),
            );
          },
        }),
        { headers: { 'content-type': 'text/event-stream' } },
      ),
  );
  const at = rig({ providers: [provider('openai', up.url)] });
  const stop = new AbortController();
  const answer = await at.post('/v1/chat/completions', { ...hello, stream: true }, {}, stop.signal);
  await answer.body?.getReader().read();
  stop.abort();
  await up.asked[0]?.gone;
  expect((await at.calls())[0]).toMatchObject({ state: 'cancelled', estimated: true });

  const slow = standIn(() => new Promise<Response>(() => undefined));
  at.set({ providers: [provider('openai', slow.url)] });
  const again = new AbortController();
  const never = at.post('/v1/chat/completions', hello, {}, again.signal);
  while (slow.asked.length === 0) await Bun.sleep(5);
  again.abort();
  await expect(never).rejects.toThrow();
  await slow.asked[0]?.gone;
  expect((await at.calls())[1]).toMatchObject({ state: 'cancelled' });
});

function textOf(stream: string, pattern: RegExp): string {
  return [...stream.matchAll(pattern)].map(([, text = '""']) => JSON.parse(text)).join('');
}
