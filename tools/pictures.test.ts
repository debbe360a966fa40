import { expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);

/** Read as text: nothing here imports the desktop. */
const routes = read('desktop/renderer/app/route.ts');
const pagesOf = (list: string) =>
  found(new RegExp(`const ${list} = \\[(.*?)\\] as const`, 's').exec(routes)?.[1] ?? '', /'([^']+)',/g);
const [tabs, serverPages] = [pagesOf('tabs'), pagesOf('serverPages')];

const inspected = readdirSync(join(root, 'e2e'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.spec.ts') && !path.includes('node_modules'))
  .flatMap((path) => found(read(join('e2e', path)), /inspect\(page, '([^']+)'/g));

test('every_page_of_the_desktop_is_inspected_and_has_a_picture_in_light_and_dark', () => {
  expect(tabs).toContain('overview');
  expect(serverPages).toContain('domains');
  // An app's overview goes by the app's name.
  const pages = [...tabs.map((tab) => (tab === 'overview' ? 'app' : tab)), ...serverPages];
  expect(pages.filter((page) => !inspected.includes(page))).toEqual([]);
  const pictures = pages.flatMap((page) =>
    ['light', 'dark'].map((scheme) => `desktop-${page}-${scheme}.png`),
  );
  expect(pictures.filter((name) => !existsSync(join(root, 'docs/screenshots', name)))).toEqual([]);
});
