/** Apps that go wrong: each deployment fails with its true reason, and the release before it never stops serving. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { askConstantly } from './fixtures/asker.ts';
import { deploy, deployBadly, production } from './fixtures/deployment.ts';
import { writeFiles } from './fixtures/files.ts';
import { processesOf } from './fixtures/leftovers.ts';
import type { Server } from './fixtures/server.ts';
import { expect, test } from './fixtures/test.ts';
import { until } from './fixtures/until.ts';

const app = 'shop';
const serving = (answer: string) =>
  `Bun.serve({ port: Number(process.env.PORT), hostname: '127.0.0.1', fetch: () => ${answer} });\n`;
const old = {
  'windlass.json': { start: 'bun server.js', health: { watch: 0.2 } },
  'server.js': serving("new Response('old')"),
};

interface Failing {
  name: string;
  files: Readonly<Record<string, unknown>>;
  /** What its reason has to say. */
  reason: RegExp;
  phase: string;
  /** A line the app or its build wrote. */
  lastLine: string;
}

const failing: Failing[] = [
  {
    name: 'an_app_that_never_listens_fails_with_the_port_it_should_have_listened_on',
    files: {
      'windlass.json': { start: 'bun server.js', health: { timeout: 2 } },
      'server.js': "console.log('waiting for nothing'); setInterval(() => undefined, 1000);\n",
    },
    reason: /not healthy within 2 s: it refused connections/,
    phase: 'checking',
    lastLine: 'waiting for nothing',
  },
  {
    name: 'an_app_that_exits_at_once_fails_with_its_exit_code',
    files: {
      'windlass.json': { start: 'bun server.js' },
      'server.js': "console.log('there is no database'); process.exit(3);\n",
    },
    reason: /ended before it was healthy: exit code 3/,
    phase: 'checking',
    lastLine: 'there is no database',
  },
  {
    name: 'an_app_that_answers_500_fails_with_that_status',
    files: {
      'windlass.json': { start: 'bun server.js', health: { timeout: 2, interval: 0.3 } },
      'server.js': `console.log('the template is broken');\n${serving("new Response('oops', { status: 500 })")}`,
    },
    reason: /not healthy within 2 s: it answered 500 on \//,
    phase: 'checking',
    lastLine: 'the template is broken',
  },
  {
    name: 'a_build_that_needs_more_than_its_memory_fails_with_the_limit',
    files: {
      'windlass.json': { build: { command: 'bun eat.js', memory: '256m' }, start: 'bun server.js' },
      'eat.js': `console.log('bundling everything');
const kept = [];
for (;;) { kept.push(Buffer.alloc(8 << 20, 1)); await Bun.sleep(1); }
`,
      'server.js': serving("new Response('new')"),
    },
    reason: /ran out of memory at 256 MB/,
    phase: 'building',
    lastLine: 'bundling everything',
  },
];

for (const { name, files, reason, phase, lastLine } of failing) {
  test(name, async ({ server, folder }) => {
    await serveOld(server, folder);
    const source = await writeFiles(join(folder, 'new'), files);
    const asker = askConstantly(server, app);

    const { seen, deployment } = await deployBadly(server, app, '--dir', source);
    await asker.stop();

    expect(seen.code).toBe(1);
    expect(seen.stderr).toMatch(reason);
    expect(seen.stderr).toContain('Release 1 keeps serving.');
    expect(`${seen.stdout}${seen.stderr}`).toContain(lastLine);
    expect(deployment.phase).toBe('failed');
    expect(deployment.failure?.phase).toBe(phase);
    expect(deployment.failure?.message).toMatch(reason);
    expect(deployment.failure?.logTail.join('\n')).toContain(lastLine);
    expect([...asker.answers.keys()]).toEqual(['200 old']);
    await expectOnlyOld(server);
  });
}

test('an_app_that_dies_after_it_went_live_is_rolled_back_by_itself', async ({ server, folder }) => {
  await serveOld(server, folder);
  const source = await writeFiles(join(folder, 'new'), {
    'windlass.json': { start: 'bun server.js', health: { watch: 30 } },
    'server.js': `${serving("new Response('new')")}
setTimeout(() => { console.log('the licence has run out'); process.exit(7); }, 2000);\n`,
  });
  const asker = askConstantly(server, app);

  const { seen, deployment } = await deployBadly(server, app, '--dir', source, '--wait');
  await until('the old release answers', async () => (await server.get(app)).body === 'old');
  await asker.stop();

  expect(seen.code).toBe(1);
  expect(seen.stderr).toMatch(
    /was rolled back after it went live: .*died 2 s after it was started: exit code 7/,
  );
  expect(deployment.phase).toBe('rolled-back');
  expect(deployment.failure?.logTail.join('\n')).toContain('the licence has run out');
  // What was under way in the process that died is held until the old release serves again.
  const { '200 old': ofOld, '200 new': ofNew, ...lost } = Object.fromEntries(asker.answers);
  expect([ofOld, ofNew].every(Boolean)).toBe(true);
  expect(
    Object.values(lost).reduce((sum, count) => sum + count, 0),
    JSON.stringify(lost),
  ).toBe(0);
  const log = await server.cli('logs', app, '--release', '2');
  expect(log.stdout).toContain('the licence has run out');
  await expectOnlyOld(server);
});

async function serveOld(server: Server, folder: string): Promise<void> {
  await deploy(server, app, await writeFiles(join(folder, 'old'), old), '--wait');
}

/** Nothing of what failed is left: no process, no build folder, no instance. */
async function expectOnlyOld(server: Server): Promise<void> {
  await until('only the old release runs', () =>
    processesOf(server.data).every(({ release }) => release === 1),
  );
  expect(await readdir(join(server.data, 'builds'))).toEqual([]);
  const { liveRelease, instances, state } = await production(server, app);
  expect({ liveRelease, state, releases: instances.map(({ release }) => release) }).toEqual({
    liveRelease: 1,
    state: 'running',
    releases: [1],
  });
  expect(processesOf(server.data)).toHaveLength(1);
  expect((await server.get(app)).body).toBe('old');
}
