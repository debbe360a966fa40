/** Builds that want everything: each ends by its limit, with nothing of it left, and says which limit it was. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseConfinement } from '../confine/choose.ts';
import type { Confinement } from '../confine/confiner.ts';
import { runBuildStep } from './build-step.ts';
import { guardDisk } from './disk-guard.ts';

const root = mkdtempSync(join(tmpdir(), 'greedy-'));
const means: Confinement[] = [];
beforeAll(async () => {
  for (const wanted of ['cgroup', 'watch'] as const) {
    const folder = join(root, wanted);
    means.push(await chooseConfinement({ dataRoot: folder, run: folder, means: wanted, tasks: 40 }));
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const leftovers = async (text: string) => (await Bun.$`pgrep -f ${text}`.nothrow().text()).trim();
const step = (confinement: Confinement, script: string, signal: AbortSignal) =>
  runBuildStep(confinement, {
    id: 'build-greedy',
    name: 'build',
    argv: ['/bin/sh', '-c', script],
    cwd: root,
    env: { PATH: '/usr/bin:/bin' },
    memory: 512 * 1024 ** 2,
    cpu: 1,
    onLine: () => {},
    signal,
  });
const never = new AbortController().signal;

for (const index of [0, 1]) {
  test(`a_fork_bomb_ends_by_the_limit_of_processes (${index === 0 ? 'best means' : 'watching'})`, async () => {
    const confinement = means[index] as Confinement;
    const bomb = 'i=0; while [ $i -lt 400 ]; do sleep 65432 & i=$((i+1)); done; wait';
    await expect(step(confinement, bomb, never)).rejects.toThrow(
      'the build started too many processes (in its build step)',
    );
    expect(await leftovers('sleep 65432')).toBe('');
  });
}

test('a_build_that_fills_its_folder_ends_by_the_limit_of_bytes', async () => {
  const folder = join(root, 'filled');
  const guard = guardDisk({
    folder,
    mostBytes: 8 * 1024 ** 2,
    freeFloor: 1,
    freeBytes: async () => 1e12,
    pollMs: 5,
  });
  const script = `mkdir ${folder}; while :; do dd if=/dev/zero of=${folder}/$$.$(date +%N) bs=1M count=1 2>/dev/null; done`;
  await expect(step(means[0] as Confinement, script, guard.signal)).rejects.toThrow('cancelled');
  expect(guard.signal.reason).toMatchObject({ code: 'limit', message: 'the build wrote more than 8 MB' });
  guard.stop();
});

test('a_build_ends_before_the_disk_is_full_for_everybody_else', async () => {
  let free = 1000;
  const guard = guardDisk({
    folder: root,
    mostBytes: 1e12,
    freeFloor: 500,
    freeBytes: async () => {
      free -= 100;
      return free;
    },
    pollMs: 1,
  });
  await expect(step(means[0] as Confinement, 'sleep 54321', guard.signal)).rejects.toThrow('cancelled');
  expect(guard.signal.reason.message).toContain('of the disk free');
  expect(await leftovers('sleep 54321')).toBe('');
});

test('cancelling_reaches_what_left_the_session_of_the_build', async () => {
  const abort = new AbortController();
  const building = step(means[0] as Confinement, 'setsid sleep 43210 & sleep 43210', abort.signal);
  while ((await leftovers('sleep 43210')).split('\n').length < 2) await Bun.sleep(10);
  abort.abort();
  await expect(building).rejects.toThrow('the build was cancelled during build');
  expect(await leftovers('sleep 43210')).toBe('');
});
