/** Real process trees in every kind of fence this machine has. */

import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import { ownCores, parseCoreList } from './build-cores.ts';
import { chooseConfinement, confinementLabel } from './choose.ts';
import type { Confined, ConfinedSpec } from './confiner.ts';
import type { Fence, Fencing } from './fence.ts';
import { isAlive, readProcess } from './processes.ts';
import { createTreeConfinement } from './tree.ts';

const root = mkdtempSync(join(tmpdir(), 'confine-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const megabyte = 1024 * 1024;
const everyCore = ownCores().map(({ id }) => id);
const buildCores = String(everyCore.at(-1));
const common = { dataRoot: root, run: join(root, 'run'), buildCores };
const best = await chooseConfinement({ ...common, tasks: 64 });
const watching = await chooseConfinement({ ...common, means: 'watch' });
const kinds = best.means === 'cgroup' ? [best, watching] : [watching];

let count = 0;
function specOf(script: string, more: Partial<ConfinedSpec> = {}): ConfinedSpec & { lines: string[] } {
  const lines: string[] = [];
  count += 1;
  return {
    name: `tree-${count}`,
    argv: ['sh', '-c', script],
    cwd: root,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', SELF: process.execPath },
    memory: null,
    cpu: null,
    background: false,
    output: { kind: 'lines', onLine: (text) => lines.push(text) },
    lines,
    ...more,
  };
}

async function until<T>(look: () => T | null | undefined | false, ms = 5000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const found = look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${look}`);
    await Bun.sleep(10);
  }
}

const alive = (pid: number) => {
  const row = readProcess(pid);
  return row !== null && !row.zombie;
};
const hog = `exec "$SELF" -e 'const kept = []; for (;;) kept.push(Buffer.alloc(4 << 20, 1)), await Bun.sleep(5);'`;

for (const confiner of kinds) {
  describe(confiner.title, () => {
    test('both_output_streams_arrive_as_lines_in_the_order_written', async () => {
      const spec = specOf('echo one; echo two >&2; printf "three\\r\\nfour"; exit 3');
      const exit = await (await confiner.spawn(spec)).exited;
      expect(exit).toEqual({ code: 3, signal: null, oomLimit: null });
      expect(spec.lines).toEqual(['one', 'two', 'three', 'four']);
    });

    test('nothing_of_this_process_leaks_into_the_environment', async () => {
      const spec = specOf('exec env');
      await (await confiner.spawn(spec)).exited;
      const names = spec.lines.map((line) => line.split('=')[0]).sort();
      expect(names.filter((name) => name !== 'PWD' && name !== '_' && name !== 'SHLVL')).toEqual([
        'PATH',
        'SELF',
      ]);
    });

    test('a_command_that_is_not_there_is_refused_before_anything_runs', async () => {
      const spec = specOf('', { argv: ['no-such-command-here'] });
      const error = await confiner.spawn(spec).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(WindlassError);
      expect((error as WindlassError).code).toBe('invalid');
    });

    test('arguments_reach_the_program_untouched_by_any_shell', async () => {
      const odd = ['$HOME', '`id`', '--', 'a b', '"', "'", '', '*'];
      const spec = specOf('', { argv: ['printf', '[%s]\\n', ...odd] });
      await (await confiner.spawn(spec)).exited;
      expect(spec.lines).toEqual(odd.map((text) => `[${text}]`));
    });

    test('stop_ends_children_and_grandchildren_that_ignore_being_asked', async () => {
      const spec = specOf(
        `trap '' TERM; sh -c 'trap "" TERM; echo child $$; (setsid sleep 300 & echo grand $!; wait) ; wait' & wait; wait; sleep 300`,
      );
      const tree = await confiner.spawn(spec);
      const pids = await until(() => {
        const found = spec.lines.map((line) => Number(line.split(' ')[1]));
        return found.length === 2 && found;
      });
      // the one that left the session has to be seen once where nothing but polling holds the tree
      await until(() => (tree.memory() ?? 0) > 0);
      expect(pids.every(alive)).toBe(true);
      await tree.stop(100);
      expect([tree.pid, ...pids].filter(alive)).toEqual([]);
      expect((await tree.exited).oomLimit).toBeNull();
    });

    test('what_is_left_when_the_first_process_ends_is_ended_too', async () => {
      const spec = specOf('sleep 300 & echo $!; exit 0');
      const exit = await (await confiner.spawn(spec)).exited;
      expect(exit.code).toBe(0);
      expect(alive(Number(spec.lines[0]))).toBe(false);
    });

    test('reaching_the_memory_limit_is_reported_as_exactly_that', async () => {
      const limit = 160 * megabyte;
      const tree = await confiner.spawn(specOf(hog, { memory: limit, background: true }));
      const exit = await tree.exited;
      expect(exit).toEqual({ code: null, signal: 'SIGKILL', oomLimit: limit });
      expect(tree.oomKills?.()).toBeGreaterThan(0);
    }, 10_000);

    test('a_file_keeps_its_content_and_gets_both_streams_behind_it', async () => {
      const path = join(root, `out-${count}`);
      await Bun.write(path, 'before\n');
      const spec = specOf('echo out; echo err >&2', { output: { kind: 'file', path } });
      await (await confiner.spawn(spec)).exited;
      expect(readFileSync(path, 'utf8')).toBe('before\nout\nerr\n');
    });

    test('memory_is_that_of_the_tree_and_unknown_once_it_is_gone', async () => {
      const spec = specOf(
        `exec "$SELF" -e 'const kept = Buffer.alloc(50 << 20, 1); console.log("up"); setInterval(() => kept, 1e6)'`,
      );
      const tree = await confiner.spawn(spec);
      await until(() => spec.lines.includes('up'));
      expect(tree.memory()).toBeGreaterThan(50 * megabyte);
      await tree.stop(0);
      expect(tree.memory()).toBeNull();
    });

    test('a_background_tree_keeps_to_the_cores_it_is_given_and_others_have_all', async () => {
      const coresOf = async (background: boolean) => {
        const spec = specOf('sh -c "grep Cpus_allowed_list /proc/self/status"', { background });
        await (await confiner.spawn(spec)).exited;
        return parseCoreList(spec.lines.join().split(':')[1] ?? '').join();
      };
      expect(await coresOf(true)).toBe(buildCores);
      expect(await coresOf(false)).toBe(everyCore.join());
    });

    test('sweep_ends_only_what_its_own_label_and_the_caller_name', async () => {
      const other = await chooseConfinement({
        dataRoot: join(root, 'other'),
        run: join(root, 'other-run'),
        ...(confiner === watching ? { means: 'watch' as const } : {}),
      });
      const named = (name: string) => ({ ...specOf('sleep 300'), name });
      const foreign = await other.spawn(named('sweep-a'));
      const [gone, kept] = await Promise.all([
        confiner.spawn(named('sweep-a')),
        confiner.spawn(named('keep-b')),
      ]);
      await confiner.sweep((name) => name.startsWith('sweep-'));
      expect((await gone.exited).signal).not.toBeNull();
      expect(isAlive(gone.pid, gone.startTime)).toBe(false);
      expect(isAlive(kept.pid, kept.startTime)).toBe(true);
      expect(isAlive(foreign.pid, foreign.startTime)).toBe(true);
      await Promise.all([kept.stop(0), foreign.stop(0)]);
    });

    test('a_tree_outlives_the_death_of_its_server_and_is_adopted', async () => {
      const path = join(root, `adopted-${count}.out`);
      const { pid, startTime } = await orphan(confiner === watching ? 'watch' : 'cgroup', path);
      expect(confiner.adopt('orphan', pid, '1')).toBeNull();
      const tree = confiner.adopt('orphan', pid, startTime) as Confined;
      const before = readFileSync(path, 'utf8').length;
      await until(() => readFileSync(path, 'utf8').length > before);
      await tree.stop(1000);
      expect(alive(pid)).toBe(false);
      expect((await tree.exited).oomLimit).toBeNull();
      expect(confiner.adopt('orphan', pid, startTime)).toBeNull();
    });
  });
}

test.if(best.means === 'cgroup')('a_fork_bomb_ends_by_the_limit_of_processes', async () => {
  const bomb = `for (let i = 0; i < 3000; i++) Bun.spawn(["sleep", "300"]); console.log("survived")`;
  const spec = specOf('', { argv: [process.execPath, '-e', bomb], background: true });
  const exit = await (await best.spawn(spec)).exited;
  expect(exit.code).not.toBe(0);
  expect(spec.lines).not.toContain('survived');
});

test.if(best.title === 'cgroup v1')(
  'one_child_killed_for_memory_is_visible_while_the_first_process_lives',
  async () => {
    const spec = specOf(`sh -c '${hog.replaceAll("'", "'\\''")}'; echo child $?; sleep 300`, {
      memory: 160 * megabyte,
    });
    const tree = await best.spawn(spec);
    await until(() => spec.lines.some((line) => line.startsWith('child')));
    expect(tree.oomKills?.()).toBe(1);
    expect(isAlive(tree.pid, tree.startTime)).toBe(true);
    await tree.stop(1000);
  },
  10_000,
);

test('nothing_is_left_behind', () => {
  const label = confinementLabel(root);
  for (const hierarchy of ['memory', 'cpu', 'pids', 'freezer', 'blkio']) {
    const folder = `/sys/fs/cgroup/${hierarchy}/${label}`;
    if (existsSync(folder)) {
      const left = new Bun.Glob('*/').scanSync({ cwd: folder, onlyFiles: false });
      expect([...left]).toEqual([]);
    }
  }
  expect([...new Bun.Glob('*').scanSync(join(root, 'run', 'trees'))]).toEqual([]);
});

/** Starts a server-like process that starts a tree and is killed with SIGKILL. */
async function orphan(means: 'cgroup' | 'watch', path: string): Promise<{ pid: number; startTime: string }> {
  const server = join(import.meta.dir, 'choose.ts');
  const options = JSON.stringify({ dataRoot: root, run: join(root, 'run'), means });
  const spec = JSON.stringify({
    name: 'orphan',
    argv: ['sh', '-c', 'while :; do echo tick; sleep 0.05; done'],
    cwd: root,
    env: { PATH: '/usr/bin:/bin' },
    memory: 64 * megabyte,
    cpu: null,
    background: false,
    output: { kind: 'file', path },
  });
  const code = `const { chooseConfinement } = await import(${JSON.stringify(server)});
    const tree = await (await chooseConfinement(${options})).spawn(${spec});
    console.log(JSON.stringify({ pid: tree.pid, startTime: tree.startTime })); setInterval(() => {}, 1e6);`;
  const helper = Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe', stderr: 'inherit' });
  for await (const chunk of helper.stdout) {
    helper.kill('SIGKILL');
    await helper.exited;
    return JSON.parse(new TextDecoder().decode(chunk));
  }
  throw new Error('the helper said nothing');
}

test('what_enters_a_fence_while_it_is_taken_away_is_ended_too', async () => {
  const late = Bun.spawn(['sleep', '1000']);
  let entered = false;
  let gone = false;
  // As the kernel has it: a fence with somebody in it stays, and the first process of an earlier server may be slow.
  const fence: Fence = {
    enter: (argv) => [...argv],
    entered() {},
    pids: () => (entered && alive(late.pid) ? [late.pid] : []),
    memory: () => null,
    oomKills: () => 0,
    memoryLimit: null,
    kill: () => void process.kill(late.pid, 'SIGKILL'),
    remove() {
      if (entered && !alive(late.pid)) gone = true;
      entered = true;
      return gone;
    },
  };
  const fencing: Fencing = { means: 'cgroup', open: () => fence, find: () => fence, names: () => ['run-a'] };
  await createTreeConfinement({ fencing, title: 'slow', tasks: 1 }).sweep(() => true);
  expect(gone).toBe(true);
  expect(alive(late.pid)).toBe(false);
});
