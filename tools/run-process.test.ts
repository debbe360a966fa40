/** Child processes end with everything they started, and failures to start are told. */

import { expect, test } from 'bun:test';
import { descendants, isAlive } from './descendants.ts';
import { endGroup, runProcess } from './run-process.ts';

test('code_and_both_outputs_come_back', async () => {
  const ran = await runProcess(['sh', '-c', 'echo out; echo err >&2; exit 3'], { output: 'keep' });
  expect(ran.code).toBe(3);
  expect(ran.output).toContain('out\n');
  expect(ran.output).toContain('err\n');
});

test('what_cannot_be_started_has_code_127', async () => {
  expect((await runProcess(['no-such-program'], { output: 'keep' })).code).toBe(127);
});

test('a_run_that_takes_too_long_is_ended_and_failed', async () => {
  const ran = await runProcess(['sleep', '60'], { output: 'keep', timeoutMs: 50 });
  expect(ran.code).toBe(124);
  expect(ran.output).toContain('given up');
});

test('ending_a_group_also_ends_what_went_to_a_group_of_its_own', async () => {
  const parent = Bun.spawn(['sh', '-c', 'setsid sleep 600 & echo ready; wait'], {
    detached: true,
    stdout: 'pipe',
  });
  const reader = parent.stdout.getReader();
  await reader.read();
  await Bun.sleep(0);
  let started = descendants(parent.pid);
  const deadline = performance.now() + 5000;
  while (started.length === 0 && performance.now() < deadline) {
    await Bun.sleep(5);
    started = descendants(parent.pid);
  }
  expect(started.length).toBeGreaterThan(0);
  await endGroup(parent.pid);
  expect(started.filter(isAlive)).toEqual([]);
}, 15_000);
