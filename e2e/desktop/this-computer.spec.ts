/** The whole host, with no server at all: this computer, a folder by its path, a server that cannot be reached. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { example } from '../fixtures/server.ts';
import { expect, test } from '../fixtures/test.ts';
import { buildDesk, startDesk } from './desk.ts';
import { inspect, openThisComputer, phases } from './pages.ts';

const shots = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
test.beforeAll(buildDesk);
test.use({ trace: 'off' });
test.setTimeout(150_000);

test('this_computer_needs_no_server_and_one_that_cannot_be_reached_says_why', async ({ page, folder }) => {
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
      await page.getByRole('link', { name: 'Setup', exact: true }).click();
      await expect(
        page.getByRole('heading', { name: 'There is no connection to this server' }),
      ).toBeVisible();
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
      await dialog.getByLabel('Path of the folder on this computer').fill(example('hello'));
      await dialog.getByRole('button', { name: 'Deploy hello' }).click();
      await expect(phases(page)).toBeVisible({ timeout: 20_000 });
      await expect(page.getByText(/answers at/)).toBeVisible({ timeout: 40_000 });
    });
    await test.step('it is stopped and started again, and the app is back', async () => {
      await openThisComputer(page);
      await page.getByRole('button', { name: 'Stop it' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Stop it' }).click();
      await expect(page.getByText('the server of this computer does not run')).toBeVisible({
        timeout: 30_000,
      });
      await page.getByRole('button', { name: 'Start it' }).click();
      await expect(page.getByRole('table', { name: 'Apps' })).toContainText('running', { timeout: 20_000 });
    });
  } finally {
    await desk.stop();
  }
});
