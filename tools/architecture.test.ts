/** The house's rules, held: imports, packages, file lengths, names, hidden inputs, foreign words. */

import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { foreignWords } from './architecture/foreign-words.ts';
import {
  foreignImports,
  hiddenInputs,
  importCycles,
  longFiles,
  packagesWithoutHome,
  strayPackages,
  vagueFileNames,
} from './architecture/rules.ts';
import { parseSource, readSources } from './architecture/source-file.ts';
import { readManifest } from './manifest.ts';
import { root } from './root.ts';

const files = await readSources();

describe('the house', () => {
  test('every import stays within what its folder may import', () => {
    expect(foreignImports(files)).toEqual([]);
  });
  test('every package is imported only at its home', () => {
    expect(strayPackages(files)).toEqual([]);
  });
  test('every dependency has a home, and every home a dependency', async () => {
    expect(packagesWithoutHome((await readManifest()).packages, files)).toEqual([]);
  });
  test('no modules need each other to load', () => {
    expect(importCycles(files)).toEqual([]);
  });
  test('files stay short', () => {
    expect(longFiles(files)).toEqual([]);
  });
  test('files are named for what they do', () => {
    expect(vagueFileNames(files)).toEqual([]);
  });
  test('only entries read the environment and the arguments', () => {
    expect(hiddenInputs(files)).toEqual([]);
  });
  test('the tree names no machine and no registry', async () => {
    expect(foreignWords(await trackedTexts())).toEqual([]);
  });
});

describe('the rules themselves', () => {
  const read = (path: string, text: string) => parseSource(path, text);

  test('a_feature_that_imports_another_is_told_so_even_for_a_type', () => {
    const proxy = read('server/proxy/a.ts', "import type { B } from '../deployer/b.ts';\n");
    const deployer = read('server/deployer/b.ts', 'export interface B {}\n');
    expect(foreignImports([proxy, deployer])).toEqual([
      expect.stringContaining('server/proxy/a.ts must not import server/deployer/b.ts'),
    ]);
  });
  test('imports_are_found_in_every_form_and_not_in_comments_or_strings', () => {
    const text = [
      "import { type A } from './a.ts';",
      "import type B from './b.ts';",
      "export type { C } from './c.ts';",
      `const d = ${'import'}('./d.ts');`,
      `let e: ${'import'}('./e.ts').E;`,
      "import {\n  type F,\n  f,\n} from './f.ts';",
      "// import x from './comment.ts'",
      "const s = `\nimport y from './string.ts'`;",
    ].join('\n');
    const names = read('server/proxy/x.ts', text).imports.map(({ specifier }) => specifier);
    expect(names.sort()).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', './f.ts']);
  });
  test('a_cycle_of_types_is_no_cycle', () => {
    const a = read('shared/a.ts', "import type { B } from './b.ts';\nexport const a = 1;\n");
    const b = read('shared/b.ts', "import { a } from './a.ts';\nexport type B = typeof a;\n");
    expect(importCycles([a, b])).toEqual([]);
    const c = read('shared/b.ts', "import { a } from './a.ts';\nexport const b = a;\n");
    const d = read('shared/a.ts', "import { b } from './b.ts';\nexport const a = b;\n");
    expect(importCycles([c, d])).toHaveLength(1);
  });
  test('full_zod_and_packages_away_from_home_are_refused', () => {
    const zod = read('shared/a.ts', "import * as z from 'zod';\n");
    const tar = read('server/proxy/b.ts', "import 'tar-stream';\n");
    expect(strayPackages([zod])).toEqual(['shared/a.ts imports zod: use zod/mini']);
    expect(strayPackages([tar])).toEqual([expect.stringContaining('whose home is')]);
  });
  test('shared_code_runs_anywhere_so_it_imports_no_platform', () => {
    expect(strayPackages([read('shared/a.ts', "import 'node:fs';\n")])).toHaveLength(1);
    expect(strayPackages([read('shared/a.test.ts', "import 'bun:test';\n")])).toEqual([]);
  });
  test('the_environment_is_found_in_code_and_not_in_comments', () => {
    expect(hiddenInputs([read('server/proxy/a.ts', 'const x = process.env.X;\n')])).toHaveLength(1);
    expect(hiddenInputs([read('server/proxy/a.ts', '// process.env is for entries\n')])).toEqual([]);
    expect(hiddenInputs([read('server/main.ts', 'const x = process.env.X;\n')])).toEqual([]);
  });
  test('a_path_of_one_machine_is_found_with_its_line', () => {
    const text = `fine\nsee /${'work'}/main\n`;
    expect(foreignWords([{ path: 'README.md', text }])).toEqual([expect.stringContaining('README.md:2')]);
    expect(foreignWords([{ path: 'a.md', text: 'https://example.com/work/x and ./work/y' }])).toEqual([]);
  });
});

async function trackedTexts() {
  const listed = Bun.spawnSync(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  const paths = listed.stdout.toString().split('\0').filter(Boolean);
  expect(paths.length).toBeGreaterThan(50);
  const texts = paths.map(async (path) => {
    const file = Bun.file(join(root, path));
    const text = (await file.exists()) ? await file.text() : '';
    return { path, text: text.includes('\0') ? '' : text };
  });
  return Promise.all(texts);
}
