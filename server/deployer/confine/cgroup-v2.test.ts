/** Version 2 on a folder that looks like one: which files are written, and with what. */

import { afterEach, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createV2Fencing, findV2Mount, ownV2Group, prepareV2Parent, v2Fence } from './cgroup-v2.ts';

const mount = mkdtempSync(join(tmpdir(), 'cgroup2-'));
afterEach(() => rmSync(mount, { recursive: true, force: true }));

function group(path: string, files: Record<string, string>): string {
  const folder = join(mount, path);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('the_mount_and_the_own_group_are_found_in_what_the_kernel_says', () => {
  expect(findV2Mount('proc /proc proc rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n')).toBe(
    '/sys/fs/cgroup',
  );
  expect(findV2Mount('cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n')).toBeNull();
  expect(ownV2Group('4:memory:/x\n0::/user.slice/a.service\n')).toBe('/user.slice/a.service');
});

test('limits_are_written_and_oom_and_memory_are_read', () => {
  const empty = {
    'memory.max': 'max',
    'memory.swap.max': '',
    'cpu.max': '',
    'pids.max': '',
    'cpu.weight': '',
  };
  const folder = group('w/x', { ...empty, 'memory.oom.group': '0' });
  const limits = { memory: 1048576, cpu: 1.5, tasks: 99, background: true };
  const fence = createV2Fencing(join(mount, 'w')).open('x', limits);
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  expect(text('memory.max')).toBe('1048576');
  expect(text('memory.swap.max')).toBe('0');
  expect(text('cpu.max')).toBe('150000 100000');
  expect(text('pids.max')).toBe('99');
  expect(text('memory.oom.group')).toBe('1');
  expect(fence.memoryLimit).toBe(1048576);
  group('w/x', {
    'memory.current': '900',
    'memory.stat': 'anon 1\ninactive_file 200\n',
    'memory.events': 'oom 1\noom_kill 2\n',
  });
  expect(fence.memory()).toBe(700);
  expect(fence.oomKills()).toBe(2);
});

test('processes_of_groups_the_tree_made_itself_count_as_its_own', () => {
  group('w', { 'cgroup.procs': '1\n2\n' });
  group('w/inner', { 'cgroup.procs': '3\n' });
  expect(v2Fence(join(mount, 'w')).pids()).toEqual([1, 2, 3]);
});

test('a_group_without_a_memory_controller_is_not_used', () => {
  group('', { 'cgroup.controllers': 'cpu pids', 'cgroup.subtree_control': '', 'cgroup.procs': '' });
  expect(prepareV2Parent(mount, '/', 'label', 7)).toBeNull();
});
