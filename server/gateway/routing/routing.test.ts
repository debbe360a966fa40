import { expect, test } from 'bun:test';
import { provider } from '../rig.fixture.ts';
import { FleetState } from './fleet-state.ts';
import { cooled, failed, fine, type Health, refused, taken, usable } from './health.ts';
import { type Circumstances, routeFor } from './targets.ts';
import { backOff, retryAfter, verdictOn } from './verdict.ts';

const headers = (values: Record<string, string>) => new Map(Object.entries(values));

test('retry_after_is_seconds_a_date_or_exact_and_never_more_than_a_quarter_of_an_hour', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfter(headers({ 'retry-after': '3' }), now)).toBe(3000);
  expect(retryAfter(headers({ 'retry-after': 'Thu, 01 Jan 2026 00:00:10 GMT' }), now)).toBe(10_000);
  expect(retryAfter(headers({ 'retry-after': '3', 'retry-after-ms': '250' }), now)).toBe(250);
  expect(retryAfter(headers({ 'retry-after': '999999' }), now)).toBe(900_000);
  expect(retryAfter(headers({ 'retry-after': 'soon' }), now)).toBeNull();
  expect(
    [400, 404, 422, 429, 401, 402, 403, 408, 500, 529, 200, 302].map(
      (status) => verdictOn(status, headers({}), now).kind,
    ),
  ).toEqual([
    'final',
    'final',
    'final',
    'rotate',
    'retire',
    'retire',
    'retire',
    'again',
    'again',
    'again',
    'answered',
    'final',
  ]);
  expect([1, 2, 3, 4, 9].map((n) => backOff(n, 0.5))).toEqual([500, 1000, 2000, 4000, 5000]);
});

test('five_failures_break_a_key_one_call_tries_it_again_and_a_failure_doubles_the_pause', () => {
  let health: Health = fine;
  for (let each = 0; each < 4; each++) health = failed(health, 0);
  expect(usable(health, 0)).toBe(true);
  health = failed(health, 0);
  expect(usable(health, 14_999)).toBe(false);
  expect(usable(health, 15_000)).toBe(true);
  health = taken(health, 15_000);
  expect(usable(health, 15_001)).toBe(false);
  health = failed(health, 16_000);
  expect(usable(health, 16_000 + 29_999)).toBe(false);
  expect(usable(health, 16_000 + 30_000)).toBe(true);
  expect(usable(cooled(0, 2000), 1999)).toBe(false);
  expect(usable(refused(0), 599_999)).toBe(false);
  expect(usable(refused(0), 600_000)).toBe(true);
});

test('keys_of_a_provider_take_turns_and_one_that_was_refused_is_left_out', () => {
  const fleet = new FleetState();
  const two = provider('openai', 'https://api.openai.com/v1', { secrets: ['a', 'b'] });
  expect([1, 2, 3].map(() => fleet.take(two, 0)?.secret)).toEqual(['a', 'b', 'a']);
  fleet.tell(two, 1, { kind: 'retire' }, 'no', 0);
  expect([1, 2].map(() => fleet.take(two, 0)?.secret)).toEqual(['a', 'a']);
  fleet.tell(two, 0, { kind: 'rotate', coolMs: 5000 }, 'slow', 0);
  expect(fleet.take(two, 4999)).toBeNull();
  expect(fleet.waitOf(two, 1000)).toBe(4000);
  expect(fleet.take(two, 5000)?.secret).toBe('a');
});

test('a_provider_is_told_to_be_bad_once_and_good_once_and_one_slip_is_no_news', () => {
  const heard: string[] = [];
  const fleet = new FleetState((name, { kind }) => heard.push(`${name} ${kind}`));
  const one = provider('openai', '');
  const tell = (kind: 'answered' | 'again') => {
    const taking = fleet.take(one, 1_000_000 * heard.length);
    const verdict = kind === 'again' ? { kind, afterMs: null } : { kind };
    fleet.tell(one, taking?.index ?? 0, verdict, 'down', 0);
  };
  tell('answered');
  tell('again');
  tell('answered');
  expect(heard).toEqual([]);
  for (let each = 0; each < 7; each++) tell('again');
  expect(heard).toEqual(['openai failing']);
  tell('answered');
  tell('answered');
  expect(heard).toEqual(['openai failing', 'openai working']);
});

const circumstances = (more: Partial<Circumstances>): Circumstances => ({
  providers: [
    provider('openai', ''),
    provider('anthropic', ''),
    provider('ollama', '', { models: ['llama*'] }),
  ],
  aliases: [],
  direct: new Map(),
  random: () => 0,
  speed: () => null,
  ...more,
});
const namesOf = (model: string, more: Partial<Circumstances> = {}) =>
  routeFor(model, circumstances(more))?.targets.map((target) => `${target.provider.name}/${target.model}`) ??
  null;

test('a_model_goes_where_it_is_named_listed_or_known_and_else_nowhere', () => {
  expect(namesOf('gpt-5')).toEqual(['openai/gpt-5']);
  expect(namesOf('claude-opus-4-1')).toEqual(['anthropic/claude-opus-4-1']);
  expect(namesOf('llama3.2')).toEqual(['ollama/llama3.2']);
  expect(namesOf('openai/llama')).toEqual(['openai/llama']);
  expect(namesOf('qwen3')).toBeNull();
  expect(namesOf('qwen3', { providers: [provider('groq', '')] })).toEqual(['groq/qwen3']);
});

test('aliases_go_in_order_by_weight_or_to_the_fastest', () => {
  const alias = (strategy: 'order' | 'weighted' | 'fastest', weights: readonly [number, number] = [1, 1]) => [
    {
      name: 'm',
      strategy,
      targets: [
        { provider: 'openai', model: 'a', weight: weights[0] },
        { provider: 'anthropic', model: 'b', weight: weights[1] },
        { provider: 'gone', model: 'c', weight: 1 },
      ],
      firstTokenMs: 1000,
      totalMs: 2000,
    },
  ];
  expect(namesOf('m', { aliases: alias('order') })).toEqual(['openai/a', 'anthropic/b']);
  const speeds: Record<string, number> = { openai: 300, anthropic: 200 };
  expect(namesOf('m', { aliases: alias('fastest'), speed: (name) => speeds[name] ?? null })).toEqual([
    'anthropic/b',
    'openai/a',
  ]);
  expect(
    namesOf('m', { aliases: alias('fastest'), speed: (name) => (name === 'openai' ? null : 200) })?.[0],
  ).toBe('openai/a');
  let at = 0;
  const firsts = Array.from({ length: 1000 }, () =>
    namesOf('m', { aliases: alias('weighted', [3, 1]), random: () => (at++ % 1000) / 1000 }),
  );
  const share = firsts.filter((names) => names?.[0] === 'openai/a').length / 1000;
  expect(share).toBeGreaterThan(0.7);
  expect(share).toBeLessThan(0.8);
  expect(namesOf('m', { aliases: alias('weighted', [0, 1]), random: () => 0 })?.[0]).toBe('anthropic/b');
});
