import { afterEach, expect, test } from 'bun:test';
import { provider, startRig } from './rig.fixture.ts';
import { startStandIn } from './stand-in.fixture.ts';
import { amazonEvent, amazonMessage } from './stream/amazon-frames.fixture.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each();
});

const model = 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0';
const usage = { inputTokens: 16, outputTokens: 10, totalTokens: 30, cacheReadInputTokens: 4 };

function start(answer: Parameters<typeof startStandIn>[0]) {
  const up = startStandIn(answer);
  const at = startRig({
    providers: [provider('bedrock', up.url)],
    prices: [{ model: '*', input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite: 3_750_000 }],
  });
  open.push(up.stop, at.close);
  return { up, at };
}

const streamed = (...messages: Buffer[]) =>
  new Response(Buffer.concat(messages), {
    headers: { 'content-type': 'application/vnd.amazon.eventstream' },
  });

test('an_app_that_speaks_openais_dialect_is_answered_by_bedrock_and_the_call_is_booked', async () => {
  const { up, at } = start(() =>
    Response.json({
      output: { message: { role: 'assistant', content: [{ text: 'Grüß Gott' }] } },
      stopReason: 'end_turn',
      usage,
    }),
  );
  const answer = await at.post('/v1/chat/completions', {
    model: `bedrock/${model}`,
    messages: [{ role: 'user', content: 'Hi' }],
  });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    choices: [{ message: { role: 'assistant', content: 'Grüß Gott' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 20, completion_tokens: 10 },
  });
  expect(up.asked[0]?.path).toBe(`/model/${encodeURIComponent(model)}/converse`);
  expect(up.asked[0]?.headers.get('authorization')).toBe('Bearer bedrock-secret');
  const [call] = await at.calls();
  expect(call).toMatchObject({ state: 'done', provider: 'bedrock', input: 16, cacheRead: 4, output: 10 });
  expect(call?.cost).toBe((16 * 3_000_000 + 4 * 300_000 + 10 * 15_000_000) / 1000);
});

test('a_stream_of_bedrock_reaches_a_client_of_anthropics_dialect_and_is_booked', async () => {
  const { up, at } = start(() =>
    streamed(
      amazonEvent('messageStart', { role: 'assistant' }),
      amazonEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Grüß ' } }),
      amazonEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Gott' } }),
      amazonEvent('contentBlockStop', { contentBlockIndex: 0 }),
      amazonEvent('messageStop', { stopReason: 'end_turn' }),
      amazonEvent('metadata', { usage, metrics: { latencyMs: 9 } }),
    ),
  );
  const answer = await at.post('/v1/messages', {
    model: `bedrock/${model}`,
    max_tokens: 100,
    stream: true,
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toStartWith('text/event-stream');
  expect(text).toContain('"text":"Grüß "');
  expect(text).toContain('event: message_stop');
  expect(up.asked[0]?.path).toBe(`/model/${encodeURIComponent(model)}/converse-stream`);
  expect(await at.calls()).toMatchObject([{ state: 'done', input: 16, cacheRead: 4, output: 10 }]);
});

test('a_stream_that_is_throttled_or_cut_off_in_the_middle_ends_as_an_error_and_as_a_failed_call', async () => {
  const begin = [
    amazonEvent('messageStart', { role: 'assistant' }),
    amazonEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Grüß' } }),
  ];
  const ends = [
    amazonMessage(
      { ':exception-type': 'throttlingException', ':message-type': 'exception' },
      { message: 'Too many tokens' },
    ),
    amazonEvent('messageStop', { stopReason: 'end_turn' }).subarray(0, 40),
  ];
  for (const end of ends) {
    const { at } = start(() => streamed(...begin, end));
    const answer = await at.post('/v1/chat/completions', {
      model: `bedrock/${model}`,
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    expect(await answer.text()).toMatch(/Too many tokens|ended within a message/);
    expect(await at.calls()).toMatchObject([{ state: 'failed' }]);
  }
});

test('what_bedrock_refuses_is_told_in_its_words_without_a_key', async () => {
  const message = 'Malformed input request by ABSKQmVkcm9ja0FQSUtleQ and bedrock-api-key-YWJjZGVmZ2g';
  const { at } = start(() => Response.json({ message }, { status: 400 }));
  const answer = await at.post('/v1/chat/completions', {
    model: `bedrock/${model}`,
    messages: [{ role: 'user', content: 'Hi' }],
  });
  expect(answer.status).toBe(400);
  const text = await answer.text();
  expect(text).toContain('Malformed input request by [key] and [key]');
  expect(text).not.toContain('QmVkcm9j');
});
