import { expect, test } from 'bun:test';
import type { Target } from '../../shared/proxy/backend.ts';
import { Rotation } from './rotation.ts';

const target = (id: string, port = 1): Target => ({ id, host: '127.0.0.1', port });
const nobody: ReadonlySet<string> = new Set();

/** A rotation whose probes answer what `alive` says, and the healths it reported. */
function rotation(ids: string[], reprobeMs = 1) {
  const alive = new Set<string>();
  const health: [string, boolean][] = [];
  const asked: string[] = [];
  let tell = (): void => {};
  const it = new Rotation(
    ids.map((id) => target(id)),
    {
      reprobeMs,
      answers: async ({ id }) => {
        asked.push(id);
        tell();
        return alive.has(id);
      },
      onHealth: ({ id }, healthy) => {
        health.push([id, healthy]);
        tell();
      },
    },
  );
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => (tell = resolve));
  };
  return { it, alive, health, asked, until };
}

test('the_least_busy_gets_the_request_and_ties_rotate', () => {
  const { it } = rotation(['a', 'b', 'c']);
  const first = [it.pick(nobody), it.pick(nobody), it.pick(nobody)];
  expect(new Set(first.map((slot) => slot?.target.id)).size).toBe(3);
  const freed = first[1];
  if (freed === null || freed === undefined) throw new Error('no slot');
  it.free(freed);
  expect(it.pick(nobody)).toBe(freed);
});

test('equal_ones_share_the_load', () => {
  const { it } = rotation(['a', 'b', 'c']);
  const counts: Record<string, number> = {};
  for (let i = 0; i < 300; i++) {
    const slot = it.pick(nobody);
    if (slot === null) throw new Error('no slot');
    counts[slot.target.id] = (counts[slot.target.id] ?? 0) + 1;
    it.free(slot);
  }
  expect(counts).toEqual({ a: 100, b: 100, c: 100 });
});

test('a_failed_target_is_out_at_once_and_back_after_it_answers_a_probe', async () => {
  const { it, alive, health, asked, until } = rotation(['a', 'b']);
  it.failed(target('a'));
  expect(health).toEqual([['a', false]]);
  for (let i = 0; i < 20; i++) expect(it.pick(nobody)?.target.id).toBe('b');
  await until(() => asked.length >= 3);
  expect(it.ejected().map(({ id }) => id)).toEqual(['a']);
  alive.add('a');
  await until(() => health.length === 2);
  expect(health).toEqual([
    ['a', false],
    ['a', true],
  ]);
  expect(it.pick(nobody)?.target.id).toBe('a');
  expect(asked).not.toContain('b');
  it.close();
});

test('with_all_out_the_one_that_failed_longest_ago_is_tried', () => {
  const { it } = rotation(['a', 'b'], 60_000);
  it.failed(target('b'));
  it.failed(target('a'));
  expect(it.pick(nobody)?.target.id).toBe('b');
  expect(it.pick(new Set(['b']))?.target.id).toBe('a');
  expect(it.pick(new Set(['a', 'b']))).toBeNull();
  it.failed(target('b'));
  expect(it.pick(nobody)?.target.id).toBe('a');
  it.close();
});

test('an_answer_to_a_request_brings_a_target_back_before_its_probe', () => {
  const { it, health } = rotation(['a'], 60_000);
  it.failed(target('a'));
  it.failed(target('a'));
  it.answered(target('a'));
  expect(it.ejected()).toEqual([]);
  expect(health).toEqual([
    ['a', false],
    ['a', true],
  ]);
  it.close();
});

test('a_closed_rotation_neither_probes_nor_reports', () => {
  const { it, health } = rotation(['a']);
  it.close();
  it.failed(target('a'));
  it.answered(target('a'));
  expect(health).toEqual([]);
});

test('no_targets_means_no_pick', () => {
  expect(rotation([]).it.pick(nobody)).toBeNull();
});
