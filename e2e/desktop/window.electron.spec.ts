/** The window of Electron: the same first steps as in a browser, and what a page may not have there. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright';
import { example } from '../fixtures/server.ts';
import { expect, test } from '../fixtures/test.ts';
import { buildDesk } from './desk.ts';
import { phases } from './pages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test.beforeAll(buildDesk);
test.setTimeout(120_000);

test('the_window_is_closed_to_node_and_deploys_to_this_computer', async ({ folder }) => {
  const app = await _electron.launch({
    args: [
      join(root, 'dist/desktop/main/main.mjs'),
      '--no-sandbox',
      `--user-data-dir=${join(folder, 'data')}`,
    ],
  });
  try {
    const page = await app.firstWindow();
    await test.step('the page is ours, and knows of no Node', async () => {
      expect(new URL(page.url()).origin).toBe('app://windlass');
      const reached = await page.evaluate(() => ({
        names: ['process', 'require', 'module', 'Buffer', 'global'].filter((name) => name in globalThis),
        bridge: Object.keys((globalThis as unknown as { windlass: object }).windlass).sort(),
      }));
      expect(reached.names).toEqual([]);
      expect(reached.bridge).toEqual(
        [
          'chooseFolder',
          'connectHost',
          'installUpdate',
          'notify',
          'onOpenView',
          'onUpdate',
          'openExternal',
          'pathOf',
          'updateState',
        ].sort(),
      );
    });
    await test.step('it goes nowhere else and opens no window', async () => {
      await page.evaluate(() => {
        location.href = 'https://example.com/';
        window.open('https://example.com/');
      });
      await expect(page.getByRole('heading', { name: 'No server yet' })).toBeVisible();
      expect(app.windows()).toHaveLength(1);
      expect(new URL(page.url()).origin).toBe('app://windlass');
    });
    await test.step('the host is a process of its own', async () => {
      const kinds = await app.evaluate(({ app: itself }) => itself.getAppMetrics().map(({ type }) => type));
      expect(kinds).toContain('Utility');
    });
    await test.step('a folder is deployed by its path', async () => {
      await page.getByRole('button', { name: 'Use this computer' }).click();
      await page.getByRole('button', { name: 'Deploy an app' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio', { name: 'A path' }).check();
      await dialog.getByLabel('Path of the folder on this computer').fill(example('hello'));
      await dialog.getByRole('button', { name: 'Deploy hello' }).click();
      await expect(phases(page)).toBeVisible({ timeout: 20_000 });
      await expect(page.getByText(/answers at/)).toBeVisible({ timeout: 60_000 });
    });
  } finally {
    await app.close();
  }
});
