import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { presetName } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { PackageJson } from './builder.ts';
import { packageManagerOf } from './package-manager.ts';
import { choosePreset, detect, findApps, presets } from './registry.ts';
import { readSourceTree } from './source-tree.ts';

interface Cases {
  detect: { files: string[]; preset: string | null }[];
  monorepo: { tree: string[]; found: [string, string][] }[];
  packageManager: { lockfile: string | null; install: string; build: string }[];
}
const cases: Cases = JSON.parse(
  await readFile(new URL('../../../../shared/cases/presets.json', import.meta.url), 'utf8'),
);

let room: string;
beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'registry-'));
});
afterAll(() => rm(room, { recursive: true, force: true }));

async function folderWith(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(room, 'tree-'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await Bun.write(join(root, path), text);
  }
  return root;
}
const bare = (paths: string[]): Record<string, string> =>
  Object.fromEntries(paths.map((path) => [path, path.endsWith('package.json') ? '{}' : '']));
const treeWith = async (files: Record<string, string>) => readSourceTree(await folderWith(files));
const withPackage = (content: PackageJson, ...paths: string[]) =>
  treeWith({ ...bare(paths), 'package.json': JSON.stringify(content) });

for (const { files, preset } of cases.detect) {
  test(`${files.join('+') || 'nothing'}_is_${preset}`, async () => {
    const found = detect(await treeWith(bare(files)));
    expect(found?.preset ?? null).toBe(preset as never);
    if (found !== null) expect(found.evidence.join()).toContain(' -> ');
  });
}

for (const [index, { tree, found }] of cases.monorepo.entries()) {
  test(`the_apps_of_monorepo_${index}_are_found`, async () => {
    const apps = await findApps(await folderWith(bare(tree)));
    expect(apps.map(({ path, preset }) => [path, preset])).toEqual(found as never);
  });
}

for (const { lockfile, install, build } of cases.packageManager) {
  test(`${lockfile ?? 'no lockfile'}_means_${install}`, async () => {
    expect(packageManagerOf(await treeWith(lockfile === null ? {} : { [lockfile]: '' }))).toMatchObject({
      lockfile,
      install,
      build,
    });
  });
}

test('every_preset_of_the_contract_has_one_entry', () => {
  const names = new Set(presets.map(({ name }) => name));
  expect([...names, 'auto'].sort()).toEqual([...presetName.options].sort());
});

const rows: [claim: string, content: PackageJson, files: string[], preset: string | null][] = [
  ['a_dependency_on_next', { dependencies: { next: '16' } }, [], 'nextjs'],
  [
    'a_plain_svelte_app_with_vite',
    { devDependencies: { svelte: '5', vite: '8' } },
    ['svelte.config.js', 'vite.config.js'],
    'vite',
  ],
  [
    'a_sveltekit_app',
    { devDependencies: { '@sveltejs/kit': '2', vite: '8' } },
    ['svelte.config.js', 'vite.config.js'],
    'sveltekit',
  ],
  [
    'a_server_that_builds_its_pages_with_vite',
    { scripts: { start: 'NODE_ENV=production node server.js' } },
    ['vite.config.js', 'server.js'],
    'node',
  ],
  [
    'a_react_router_app',
    { devDependencies: { '@react-router/dev': '7', vite: '8' } },
    ['vite.config.ts'],
    'react-router',
  ],
  [
    'an_angular_app',
    { dependencies: { '@angular/core': '20' }, scripts: { start: 'ng serve' } },
    ['angular.json'],
    'angular',
  ],
  [
    'create_react_app',
    { dependencies: { 'react-scripts': '5' }, scripts: { start: 'react-scripts start' } },
    ['public'],
    'static',
  ],
  ['a_bun_app', { scripts: { start: 'bun src/index.ts' } }, ['bun.lock'], 'bun'],
  [
    'a_bun_lock_beside_an_engine',
    { scripts: { start: 'node x.js' }, engines: { node: '>=20' } },
    ['bun.lock'],
    'node',
  ],
  ['a_page_with_a_package_for_its_tools', { devDependencies: { prettier: '3' } }, ['index.html'], 'static'],
  ['a_library', { name: 'lib', main: 'dist/index.js' }, ['README.md'], null],
];
for (const [claim, content, files, preset] of rows) {
  test(`${claim}_is_${preset}`, async () => {
    expect(detect(await withPackage(content, ...files))?.preset ?? null).toBe(preset as never);
  });
}

test('the_word_of_windlass_json_wins_over_the_files', async () => {
  const { preset } = await choosePreset(await treeWith(bare(['Dockerfile', 'package.json'])), {
    build: { preset: 'node' },
  });
  expect(preset.name).toBe('node');
});

test('a_start_command_makes_anything_an_app', async () => {
  const { preset } = await choosePreset(await treeWith({ 'run.bin': '' }), { start: './run.bin' });
  expect(preset.name).toBe('node');
});

test('a_monorepo_says_which_apps_are_inside', async () => {
  const error = await choosePreset(await treeWith({ 'apps/web/next.config.js': '' }), {}).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof WindlassError)) throw error;
  expect(error.code).toBe('invalid');
  expect(error.hint).toContain('--dir apps/web');
});

test('languages_that_need_an_image_say_so', async () => {
  const { preset } = await choosePreset(await treeWith(bare(['go.mod'])), {});
  const tree = await treeWith({});
  expect(() => preset.plan(tree, {})).toThrow('Go apps need the Docker runtime');
});

test('a_broken_package_json_is_told', async () => {
  const error = await treeWith({ 'package.json': '{"name": ' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WindlassError);
});
