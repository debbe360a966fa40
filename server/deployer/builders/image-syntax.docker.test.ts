/** The engine itself reads the Dockerfiles of presets whose base images are not on the machines of these tests. */

import { afterAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { engineSocketPath } from '../engine/docker-room.fixture.ts';
import { openTarWriter } from '../sources/tar.ts';
import { imageRecipe } from './image-presets.ts';
import { choosePreset } from './registry.ts';
import { readSourceTree } from './source-tree.ts';

const root = mkdtempSync(join(tmpdir(), 'syntax-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A registry of this name exists nowhere: what could be read ends there, before anything runs. */
const nowhere = 'registry.invalid/';

/** The engine's words about a Dockerfile. All of it is read before its first stage begins. */
async function wordsAbout(dockerfile: string): Promise<string> {
  const tar = await openTarWriter();
  const text = Buffer.from(dockerfile.replace(/^FROM /gm, `FROM ${nowhere}`));
  const entry = tar.entry(
    { name: 'Dockerfile', type: 'file', size: text.length, mode: 0o644, mtime: new Date(0) },
    () => tar.finalize(),
  );
  entry.end(text);
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk);
  const answer = await fetch('http://engine/build', {
    unix: engineSocketPath,
    method: 'POST',
    headers: { 'content-type': 'application/x-tar' },
    body: Buffer.concat(chunks),
  });
  return answer.text();
}

const apps: [string, Record<string, string>][] = [
  ['Rails', { Gemfile: "gem 'rails'\n", 'Gemfile.lock': '', 'config.ru': '', bin: '' }],
  ['Rack', { Gemfile: "gem 'puma'\n", 'config.ru': '' }],
  ['Rust', { 'Cargo.toml': '[package]\nname = "shop"\n', 'Cargo.lock': '', 'src/main.rs': '' }],
  ['Spring with Maven', { 'pom.xml': '<project/>' }],
  ['Spring with Gradle', { 'build.gradle.kts': '', gradlew: '' }],
  ['.NET', { 'Shop.csproj': '<Project/>', 'Program.cs': '' }],
  ['Laravel', { 'composer.json': '{"require": {"laravel/framework": "^12"}}', 'public/index.php': '' }],
  ['Django', { 'manage.py': '', 'shop/wsgi.py': '', 'requirements.txt': 'Django\ngunicorn\n' }],
];

for (const [title, files] of apps) {
  test(`the_engine_understands_the_Dockerfile_of_${title.replaceAll(' ', '_')}`, async () => {
    const folder = mkdtempSync(join(root, 'app-'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const tree = await readSourceTree(folder);
    const { dockerfile } = imageRecipe((await choosePreset(tree, {})).preset, tree, {});
    const words = await wordsAbout(dockerfile);
    expect(words).not.toMatch(/parse error|unknown instruction|unknown flag/i);
    expect(words).toContain(nowhere);
  }, 30_000);
}

test('a_Dockerfile_it_does_not_understand_is_told_apart', async () => {
  expect(await wordsAbout('FROM x\nRAN y\n')).toMatch(/parse error|unknown instruction/i);
});
