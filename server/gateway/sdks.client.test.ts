/** OpenAI's and Anthropic's own SDKs in Node, unmodified, with nothing but what an app finds in its environment. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { type Replay, replay } from './replay.fixture.ts';
import { keyFor, provider, type Rig, secrets, startRig } from './rig.fixture.ts';
import { openai, type StandIn, startStandIn } from './stand-in.fixture.ts';
import { gatewayVariables } from './surface/variables.ts';

/** Where the suite installs them. */
const folder = join(import.meta.dir, '../../.cache/clients/ai');

let at: Rig;
let ups: StandIn[];
let replays: Replay[];
let storm: StandIn;
let hang: StandIn;

beforeAll(() => {
  replays = [replay('openai'), replay('anthropic'), replay('gemini')];
  ups = replays.map((each) => startStandIn(each));
  storm = startStandIn(() => openai.error(429, 'slow down', { 'retry-after': '20' }));
  hang = startStandIn(() => new Promise<Response>(() => undefined));
  const alias = (name: string) => ({
    name,
    strategy: 'order' as const,
    targets: [{ provider: name, model: 'gpt-4o-mini', weight: 1 }],
    firstTokenMs: 500,
    totalMs: 5000,
  });
  const [first, second, third] = ups.map(({ url }) => url);
  at = startRig({
    providers: [
      provider('openai', `${first}/v1`),
      provider('anthropic', `${second}/v1`),
      provider('google', `${third}/v1beta`),
      provider('openai', storm.url, { name: 'storm', models: ['none'] }),
      provider('openai', hang.url, { name: 'hang', models: ['none'] }),
    ],
    aliases: [alias('storm'), alias('hang')],
    budgets: [{ id: 1, app: null, environment: null, key: 2, model: null, limit: 1, period: 'total' }],
    keys: [keyFor('shop'), { ...keyFor('blog'), app: null }],
  });
});

afterAll(async () => {
  await at.close();
  for (const each of [...ups, storm, hang]) await each.stop();
});

async function run(script: string, ...args: string[]): Promise<Record<string, unknown>> {
  const port = Number(new URL(at.url).port);
  const instance = { app: 'shop', environment: 'production', release: 3, url: '', inContainer: false };
  const child = Bun.spawn(['node', join(folder, script), ...args], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      ...gatewayVariables(instance, port, () => secrets.shop),
      POOR_KEY: secrets.blog,
    },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [text, errors] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect(await child.exited, errors).toBe(0);
  return JSON.parse(text);
}

const hello = 'Grüß Gott 👋';
const status = (code: number) => expect.objectContaining({ status: code });

test.each(['openai6', 'openai7'])(
  '%s_works_with_models_of_every_provider',
  async (sdk) => {
    const before = [storm.asked.length, hang.asked.length];
    const result = await run('openai.mjs', sdk);
    for (const model of ['gpt-4o-mini', 'claude-sonnet-4-5', 'gemini-2.5-flash']) {
      const usage = expect.objectContaining({ completion_tokens: 10, total_tokens: expect.any(Number) });
      expect(result[model], model).toEqual({
        whole: { text: hello, finish: 'stop', usage },
        stream: { text: hello, usage },
        tool: { name: 'weather', arguments: { city: 'Köln' } },
        afterTool: 'It is clear.',
        structured: { city: 'Köln' },
        picture: 'A picture.',
        response: { text: hello, status: 'completed' },
        responseStream: { text: hello, last: 'response.completed' },
        refused: {
          name: 'BadRequestError',
          status: 400,
          message: expect.stringContaining('max_tokens is too large'),
        },
        broken: expect.objectContaining({ message: expect.stringContaining('overloaded') }),
        recovered: 'At last.',
      });
    }
    expect(result).toMatchObject({
      storm: status(429),
      hang: status(504),
      nobody: 'answered',
      embedding: [1, 2],
      models: true,
      budget: status(402),
      wrong: status(401),
    });
    // Neither is asked again by an SDK that would: we did what there was to do.
    expect(storm.asked.length - (before[0] ?? 0)).toBeLessThanOrEqual(1);
    expect(hang.asked.length - (before[1] ?? 0)).toBe(1);
    for (const { gone } of replays) await Promise.all(gone.splice(0));
    const calls = await at.calls();
    expect(calls.filter(({ state }) => state === 'cancelled').length).toBeGreaterThanOrEqual(3);
    expect(calls.filter(({ key }) => key === 2)).toEqual([]);
  },
  60_000,
);

test('the_sdk_of_anthropic_works_with_models_of_every_provider', async () => {
  const result = await run('anthropic.mjs');
  for (const model of ['gpt-4o-mini', 'claude-sonnet-4-5', 'gemini-2.5-flash']) {
    const usage = expect.objectContaining({
      input_tokens: 16,
      cache_read_input_tokens: 4,
      output_tokens: 10,
    });
    expect(result[model], model).toEqual({
      whole: { text: hello, stop: 'end_turn', usage },
      stream: { text: hello, stop: 'end_turn', usage: expect.objectContaining({ output_tokens: 10 }) },
      tool: { name: 'weather', input: { city: 'Köln' }, stop: 'tool_use' },
      afterTool: 'It is clear.',
      picture: 'A picture.',
      refused: {
        name: 'BadRequestError',
        status: 400,
        message: expect.stringContaining('max_tokens is too large'),
      },
      broken: expect.objectContaining({ message: expect.stringContaining('overloaded') }),
      recovered: 'At last.',
    });
  }
  expect(result).toMatchObject({ counted: { input_tokens: 8 }, budget: status(402), wrong: status(401) });
  for (const { gone } of replays) await Promise.all(gone.splice(0));
}, 60_000);
