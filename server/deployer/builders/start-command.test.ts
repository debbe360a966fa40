import { afterAll, beforeAll, expect, test } from 'bun:test';
import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackageJson, SourceTree } from './builder.ts';
import { parseCommand } from './command.ts';
import { resolveLaunch } from './resolve-launch.ts';
import { startArgv, startCommand } from './start-command.ts';

const treeOf = (packageJson: PackageJson, entries: string[] = []): SourceTree => ({
  root: '/nowhere',
  entries: new Set(entries),
  packageJson,
});
const started = (scripts: Record<string, string>, command = 'npm start'): string[] =>
  startArgv(treeOf({ scripts }), command);
const bins = 'PATH="$PWD/node_modules/.bin:$PATH"; export PATH;';

test('words_and_quotes_are_split_and_shell_syntax_is_left_to_a_shell', () => {
  expect(parseCommand('node "my server.js" --name=\'a b\'')).toEqual({
    kind: 'simple',
    env: {},
    argv: ['node', 'my server.js', '--name=a b'],
  });
  expect(parseCommand('A=1 B="x y" next start')).toEqual({
    kind: 'simple',
    env: { A: '1', B: 'x y' },
    argv: ['next', 'start'],
  });
  expect(parseCommand('cross-env NODE_ENV=production node x')).toMatchObject({
    kind: 'simple',
    env: { NODE_ENV: 'production' },
    argv: ['node', 'x'],
  });
  for (const text of [
    'a && b',
    'a; b',
    'a $PORT',
    'a | b',
    'a > f',
    'a `b`',
    'a *',
    'a \\ b',
    'a "$X"',
    "a 'open",
    'a # c',
    '',
  ]) {
    expect([text, parseCommand(text).kind]).toEqual([text, 'shell']);
  }
});

const rows: [claim: string, scripts: Record<string, string>, argv: string[]][] = [
  ['a_plain_script', { start: 'node server.js' }, ['node', 'server.js']],
  [
    'a_script_that_calls_a_script',
    { start: 'npm run serve -- --x', serve: 'node server.js' },
    ['node', 'server.js', '--x'],
  ],
  [
    'a_script_of_another_manager',
    { start: 'yarn serve', serve: 'pnpm run last', last: 'bun run src/x.ts' },
    ['bun', 'run', 'src/x.ts'],
  ],
  ['npx', { start: 'npx -y serve -s dist' }, ['serve', '-s', 'dist']],
  ['production_in_front', { start: 'NODE_ENV=production node x.js' }, ['node', 'x.js']],
  ['another_assignment', { start: 'MODE=a node x.js' }, ['/bin/sh', '-c', `${bins} MODE=a exec node x.js`]],
  [
    'shell_syntax',
    { start: 'node migrate.js && node server.js' },
    ['/bin/sh', '-c', `${bins} node migrate.js && node server.js`],
  ],
  [
    'a_script_before_it',
    { start: 'node server.js', prestart: 'node migrate.js' },
    ['/bin/sh', '-c', `${bins} node migrate.js && node server.js`],
  ],
  [
    'an_assignment_around_a_script',
    { start: 'A=1 npm run x', x: 'node x.js' },
    ['/bin/sh', '-c', `${bins} A=1 exec node x.js`],
  ],
];
for (const [claim, scripts, argv] of rows) {
  test(`${claim}_becomes_argv`, () => expect(started(scripts)).toEqual(argv));
}

test('a_script_that_is_missing_or_calls_itself_is_refused', () => {
  expect(() => started({ start: 'npm run nope' })).toThrow('no script "nope"');
  expect(() => started({ start: 'npm start' })).toThrow('calls itself');
});

test('the_start_command_is_looked_for_from_the_most_explicit_to_the_least', () => {
  const tree = treeOf({ scripts: { start: 'x' } }, ['server.js']);
  expect(startCommand(tree, { start: 'mine' }, 'theirs')).toBe('mine');
  expect(startCommand(tree, {}, 'theirs')).toBe('npm start');
  expect(startCommand(treeOf({}, ['server.js']), {}, 'theirs')).toBe('theirs');
  expect(startCommand(treeOf({ main: './lib.js' }, ['lib.js', 'server.js']), {}, null)).toBe('node lib.js');
  expect(startCommand(treeOf({ main: 'gone.js' }, ['app.mjs']), {}, null)).toBe('node app.mjs');
  expect(startCommand(treeOf({}), {}, null)).toBeNull();
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launch-'));
  for (const path of [
    'server.js',
    'build/index.js',
    'src/main.ts',
    'node_modules/next/dist/bin/next.js',
    'page.html',
  ]) {
    await Bun.write(join(folder, path), '');
  }
  await Bun.write(join(folder, 'node_modules/tool/tool'), '#!/usr/bin/env node\n');
  await Bun.write(join(folder, 'node_modules/native/native'), '\u007fELF');
  await mkdir(join(folder, 'node_modules/.bin'));
  await symlink('../next/dist/bin/next.js', join(folder, 'node_modules/.bin/next'));
  await symlink('../tool/tool', join(folder, 'node_modules/.bin/tool'));
  await symlink('../native/native', join(folder, 'node_modules/.bin/native'));
  await chmod(join(folder, 'node_modules/native/native'), 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function resolved(argv: string[], node = false): Promise<string[]> {
  const javascript = node ? ({ kind: 'node', version: '>=22' } as const) : ({ kind: 'builtin' } as const);
  const plan = await resolveLaunch(folder, { kind: 'process', argv, cwd: '.', javascript }, {});
  if (plan.kind !== 'process') throw new Error('not a process');
  return plan.argv;
}

test('files_are_found_as_node_finds_them', async () => {
  expect(await resolved(['node', 'server.js'])).toEqual(['bun', '--no-install', './server.js']);
  expect(await resolved(['node', './server'])).toEqual(['bun', '--no-install', './server.js']);
  expect(await resolved(['node', 'build'])).toEqual(['bun', '--no-install', './build/index.js']);
  expect(await resolved(['bun', 'run', 'src/main.ts', '--x'])).toEqual([
    'bun',
    '--no-install',
    './src/main.ts',
    '--x',
  ]);
  await expect(resolved(['node', 'gone.js'])).rejects.toThrow(
    'runs "gone.js", which is not there after the build',
  );
});

test('flags_stay_with_their_runtime', async () => {
  const argv = [
    'node',
    '--max-old-space-size=200',
    '-r',
    'dotenv/config',
    '--enable-source-maps',
    'server.js',
    '-v',
  ];
  expect(await resolved(argv)).toEqual(['bun', '--no-install', '-r', 'dotenv/config', './server.js', '-v']);
  expect(await resolved(argv, true)).toEqual(['node', ...argv.slice(1, -2), './server.js', '-v']);
});

test('programs_of_packages_run_without_a_runner', async () => {
  expect(await resolved(['next', 'start'])).toEqual([
    'bun',
    '--no-install',
    './node_modules/next/dist/bin/next.js',
    'start',
  ]);
  expect(await resolved(['next', 'start'], true)).toEqual([
    'node',
    './node_modules/next/dist/bin/next.js',
    'start',
  ]);
  expect(await resolved(['tool'])).toEqual(['bun', '--no-install', './node_modules/tool/tool']);
  expect(await resolved(['native', 'x'])).toEqual(['./node_modules/native/native', 'x']);
  expect(await resolved(['python3', 'x.py'])).toEqual(['python3', 'x.py']);
  expect(await resolved(['./run', 'x'])).toEqual(['./run', 'x']);
});
