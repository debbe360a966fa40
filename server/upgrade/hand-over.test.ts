/** Who serves when, while one process follows another. */

import { expect, test } from 'bun:test';
import { type HandOverPorts, handOver, type Successor } from './hand-over.ts';

/** `fates`: of each program that is started, in order: it serves, or it ends with this. */
function scene(...fates: ('serves' | string)[]) {
  const did: string[] = [];
  const alive = new Map<number, string>();
  let pid = 100;
  const ports: HandOverPorts = {
    letGo: async () => void did.push('let go'),
    keepState: () => {
      did.push('kept the state');
      return () => void did.push('restored the state');
    },
    start({ state, message }): Successor {
      const fate = fates.shift() ?? 'nothing is left';
      const mine = ++pid;
      did.push(`started as ${state}${message === '' ? '' : ` (${message})`}`);
      alive.set(mine, fate);
      return {
        pid: mine,
        ended: fate === 'serves' ? new Promise(() => undefined) : Promise.resolve(fate),
        kill: () => void did.push('killed'),
      };
    },
    serves: async (asked) => alive.get(asked) === 'serves',
    announce: async (to) => void did.push(`announced ${to}`),
    goBack: () => void did.push('went back'),
    leave: async () => void did.push('left'),
    say() {},
  };
  return { did, ports };
}

test('the_old_one_leaves_only_after_the_new_one_serves', async () => {
  const { did, ports } = scene('serves');
  await handOver(ports);
  expect(did).toEqual(['let go', 'kept the state', 'started as upgraded', 'announced 101', 'left']);
});

test('a_program_that_does_not_come_up_is_followed_by_the_one_before_it', async () => {
  const { did, ports } = scene('exit 3', 'serves');
  await handOver(ports);
  expect(did).toEqual([
    'let go',
    'kept the state',
    'started as upgraded',
    'killed',
    'went back',
    'restored the state',
    'started as went-back (it ended at once (exit 3))',
    'announced 102',
    'left',
  ]);
});

test('where_neither_comes_up_nobody_leaves_as_if_all_were_well', async () => {
  const { did, ports } = scene('exit 3', 'signal SIGSEGV');
  await expect(handOver(ports)).rejects.toThrow('neither the new nor the old program comes up');
  expect(did).not.toContain('left');
});
