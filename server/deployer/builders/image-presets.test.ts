/** The Dockerfiles of presets: what they start from, what they start, and that nothing runs as root. */

import { afterAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import { imageRecipe, needsImage } from './image-presets.ts';
import { choosePreset, presets } from './registry.ts';
import { readSourceTree } from './source-tree.ts';

const root = mkdtempSync(join(tmpdir(), 'images-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function recipe(files: Record<string, string>, config: AppConfig = {}): Promise<string> {
  const folder = mkdtempSync(join(root, 'app-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const tree = await readSourceTree(folder);
  return imageRecipe((await choosePreset(tree, config)).preset, tree, config).dockerfile;
}

const lastStage = (dockerfile: string) => dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
const apps: [string, Record<string, string>, string][] = [
  [
    'Django',
    { 'manage.py': '', 'shop/wsgi.py': '', 'requirements.txt': 'Django\ngunicorn\n' },
    'gunicorn shop.wsgi --bind 0.0.0.0:$PORT',
  ],
  [
    'Flask',
    { 'app.py': 'from flask import Flask\nsite = Flask(__name__)\n', 'requirements.txt': 'flask==3\n' },
    'flask --app app run',
  ],
  [
    'FastAPI',
    { 'main.py': 'api = FastAPI()\n', 'requirements.txt': 'fastapi[standard]\nuvicorn\n' },
    'uvicorn main:api --host 0.0.0.0',
  ],
  ['plain Python', { 'main.py': 'print(1)\n', 'pyproject.toml': '[project]\n' }, 'exec python main.py'],
  ['a Procfile', { 'requirements.txt': '', Procfile: 'web: gunicorn x:y\n' }, 'exec gunicorn x:y'],
  ['Go', { 'go.mod': 'module x\n', 'main.go': 'package main\n' }, '/usr/local/bin/server'],
  ['Rails', { Gemfile: "gem 'rails'\n", 'config.ru': '' }, 'rails server -b 0.0.0.0 -p $PORT'],
  ['Rack', { Gemfile: "gem 'puma'\n", 'config.ru': '' }, 'puma -b tcp://0.0.0.0:$PORT'],
  ['Rust', { 'Cargo.toml': '[package]\nname = "shop"\n', 'src/main.rs': '' }, '/usr/local/bin/server'],
  ['Spring', { 'pom.xml': '<project/>' }, 'java -XX:MaxRAMPercentage=75'],
  ['.NET', { 'Shop.csproj': '<Project/>', 'Program.cs': '' }, 'Shop.dll'],
];

for (const [title, files, command] of apps) {
  test(`${title}_starts_as_nobody_and_listens_where_it_is_told`, async () => {
    const dockerfile = await recipe(files);
    expect(lastStage(dockerfile)).toContain(command);
    expect(lastStage(dockerfile)).toMatch(/^USER 10001:10001$/m);
    expect(dockerfile).toMatch(/^FROM \S+( AS build)?$/m);
  });
}

test('PHP_serves_public_where_there_is_one_and_installs_what_composer_names', async () => {
  const dockerfile = await recipe({
    'composer.json':
      '{"require": {"php": "^8.2", "laravel/framework": "^12", "ext-gd": "*", "ext-json": "*"}}',
    'public/index.php': '',
  });
  expect(dockerfile).toContain('/app/public');
  expect(dockerfile).toContain('docker-php-ext-install gd pdo_mysql');
  expect(lastStage(dockerfile)).toMatch(/^USER www-data$/m);
});

test('a_JavaScript_app_gets_the_image_of_its_own_plan', async () => {
  const files = {
    'package.json':
      '{"scripts": {"build": "tsc", "start": "node dist/main.js"}, "dependencies": {"x": "1"}, "engines": {"node": ">=24"}}',
    'package-lock.json': '{}',
  };
  const dockerfile = await recipe(files);
  expect(dockerfile).toContain('FROM node:24-slim AS build');
  expect(dockerfile).toContain('RUN npm ci');
  expect(dockerfile).toContain('RUN ["npm","run","build"]');
  expect(lastStage(dockerfile)).toContain('CMD ["node","dist/main.js"]');
  expect(lastStage(dockerfile)).toMatch(/^USER 1000:1000$/m);
});

test('what_the_person_says_wins_and_volumes_start_with_the_right_owner', async () => {
  const dockerfile = await recipe(
    { 'requirements.txt': '', 'main.py': '' },
    { start: 'python other.py --port $PORT', volumes: [{ name: 'data', path: '/data' }] },
  );
  expect(dockerfile).toContain('exec python other.py --port $PORT');
  expect(dockerfile).toContain('mkdir -p "/data" && chown 10001:10001 "/data"');
});

test('a_Dockerfile_that_windlass_json_names_beats_what_the_files_show', async () => {
  const folder = mkdtempSync(join(root, 'app-'));
  writeFileSync(join(folder, 'package.json'), '{"scripts": {"start": "node x.js"}}');
  const tree = await readSourceTree(folder);
  const config = { build: { dockerfile: 'deploy/Dockerfile' } };
  expect((await choosePreset(tree, config)).preset.name).toBe('dockerfile');
});

test('every_preset_that_cannot_run_natively_has_an_image_or_is_the_persons_own', () => {
  const names = presets.map(({ name }) => name).filter(needsImage);
  expect(new Set(names)).toEqual(
    new Set(['compose', 'dockerfile', 'java', 'rust', 'go', 'python', 'ruby', 'php', 'dotnet'] as const),
  );
});
