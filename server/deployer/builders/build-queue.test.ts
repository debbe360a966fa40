/** The order of builds. */

import { expect, test } from 'bun:test';
import { createBuildQueue } from './build-queue.ts';

const never = new AbortController().signal;

test('one_builds_and_the_others_know_how_many_are_before_them', async () => {
  const queue = createBuildQueue();
  const order: string[] = [];
  const gates = ['a', 'b', 'c'].map((id) => {
    const gate = Promise.withResolvers<void>();
    const done = queue.take(
      id,
      async () => {
        order.push(id);
        await gate.promise;
      },
      never,
    );
    return { gate, done };
  });
  await Bun.sleep(0);
  expect(order).toEqual(['a']);
  expect(['a', 'b', 'c', 'other'].map(queue.ahead)).toEqual([0, 1, 2, 0]);
  gates[0]?.gate.resolve();
  await gates[0]?.done;
  await Bun.sleep(0);
  expect(order).toEqual(['a', 'b']);
  expect(queue.ahead('c')).toBe(1);
  for (const { gate } of gates) gate.resolve();
  await Promise.all(gates.map(({ done }) => done));
  expect(order).toEqual(['a', 'b', 'c']);
});

test('one_that_is_called_off_leaves_at_once_and_never_builds_and_a_failed_one_holds_nobody_up', async () => {
  const queue = createBuildQueue();
  const gate = Promise.withResolvers<void>();
  const first = queue.take('a', () => gate.promise, never);
  const off = new AbortController();
  let built = false;
  const second = queue.take(
    'b',
    async () => {
      built = true;
    },
    off.signal,
  );
  const third = queue.take('c', async () => 'c', never);
  off.abort(new Error('off'));
  await expect(second).rejects.toThrow('off');
  expect(queue.ahead('c')).toBe(1);
  gate.reject(new Error('broken'));
  await expect(first).rejects.toThrow('broken');
  expect(await third).toBe('c');
  expect(built).toBe(false);
});
