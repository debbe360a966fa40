/** The verbs of package.json: each leads to a program that answers. */

import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { root } from './root.ts';
import { runProcess } from './run-process.ts';

test('asking_for_the_benchmarks_lists_them', async () => {
  const ran = await runProcess([process.execPath, join(root, 'tools/bootstrap.mjs'), 'bench', '--help'], {
    cwd: root,
    output: 'keep',
  });
  expect(ran.code).toBe(0);
  expect(ran.output).toContain('usage: npm run bench');
  expect(ran.output).toContain('idle');
});

test('an_unknown_verb_is_refused_with_those_there_are', async () => {
  const ran = await runProcess([process.execPath, join(root, 'tools/bootstrap.mjs'), 'no-such-verb'], {
    cwd: root,
    output: 'keep',
  });
  expect(ran.code).toBe(2);
  expect(ran.output).toContain('bench');
});
