/** The whole host, with no server at all: this computer, a folder by its path, a server that cannot be reached, long logs. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFiles } from '../fixtures/files.ts';
import { expect, test } from '../fixtures/test.ts';
import { buildDesk, startDesk } from './desk.ts';
import { inspect, phases } from './pages.ts';

const shots = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const lines = 50_000;
const chatty = `
const http = require('node:http');
for (let n = 0; n < ${lines}; n++) console.log('request ' + n + ' answered in ' + (n % 97) + ' ms');
http.createServer((_, answer) => answer.end('ok')).listen(process.env.PORT);
`;

test.beforeAll(buildDesk);
test.use({ trace: 'off' });
test.setTimeout(150_000);

test('this_computer_needs_no_server_and_fifty_thousand_lines_stay_quick', async ({ page, folder }) => {
  const app = await writeFiles(join(folder, 'chatty'), {
    'package.json': { name: 'chatty', scripts: { start: 'node server.js' } },
    'server.js': chatty,
  });
  const desk = await startDesk({ data: join(folder, 'desk') });
  try {
    await test.step('nothing is known yet, and the page says what to do', async () => {
      await page.goto(desk.url);
      await expect(page.getByRole('heading', { name: 'No server yet' })).toBeVisible();
      await inspect(page, 'first', shots);
    });
    await test.step('a server that refuses is named with its cause', async () => {
      await page.getByRole('button', { name: 'Add a server' }).click();
      await page.getByLabel('Where').fill('root@127.0.0.1:1');
      await page.getByRole('button', { name: 'Look at its key' }).click();
      await expect(page.getByRole('alert')).toContainText(/refuse|nothing listens/i, { timeout: 20_000 });
      await page.getByRole('button', { name: 'Set up or repair' }).click();
      await expect(page.getByRole('heading', { name: /^Set up/ })).toBeVisible();
      await inspect(page, 'setup', shots);
    });
    await test.step('this computer starts at a click', async () => {
      await page.getByRole('link', { name: 'Windlass' }).click();
      await page.getByRole('button', { name: 'Use this computer' }).click();
      await expect(page.getByRole('heading', { name: 'Drop a folder here' })).toBeVisible({
        timeout: 20_000,
      });
    });
    await test.step('a folder goes live by its path', async () => {
      await page.getByRole('button', { name: 'Deploy an app' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio', { name: 'A path' }).check();
      await dialog.getByLabel('Path of the folder on this computer').fill(app);
      await dialog.getByRole('button', { name: 'Deploy chatty' }).click();
      await expect(phases(page)).toBeVisible({ timeout: 20_000 });
      await expect(page.getByText(/answers at/)).toBeVisible({ timeout: 40_000 });
    });
    await test.step('its log is searched as fast as one types', async () => {
      const views = page.getByRole('navigation', { name: 'Views of the app' });
      await views.getByRole('link', { name: 'logs' }).click();
      await expect(page.getByText(/^(50,000|49,\d{3}) lines/)).toBeVisible({ timeout: 30_000 });
      const search = page.getByLabel('Search in the log');
      await search.fill('request 499');
      await expect(page.getByText(/111 of/)).toBeVisible();
      await expect(page.getByRole('log').locator('mark').first()).toHaveText('request 499');
      const took = await page.evaluate(async () => {
        const box = document.querySelector('[role=log]');
        const times: number[] = [];
        for (let at = 0; at < 9; at++) {
          const from = performance.now();
          box?.scrollTo(0, at * 100);
          await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
          times.push(performance.now() - from);
        }
        return times.sort((a, b) => a - b)[4] ?? 0;
      });
      expect(took).toBeLessThan(100);
    });
  } finally {
    await desk.stop();
  }
});
