/** The desktop as its first user meets it: sign in, deploy a folder, watch it, break it, go back. */

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { example } from '../fixtures/server.ts';
import { expect, test } from '../fixtures/test.ts';
import { until } from '../fixtures/until.ts';
import { buildDesk, startDesk } from './desk.ts';
import { deployFolder, inspect, openThisComputer, phases } from './pages.ts';

const shots = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

test.beforeAll(buildDesk);

// Two dozen views are looked at, and a trace of each would double the time.
test.use({ trace: 'off' });
test.setTimeout(240_000);

test('a_folder_goes_live_a_broken_one_does_not_and_one_click_goes_back', async ({ page, server, folder }) => {
  const desk = await startDesk({ socket: join(server.data, 'control.sock') });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('request', (request) => {
    if (new URL(request.url()).host !== new URL(desk.origin).host) complaints.push(`asked ${request.url()}`);
  });
  try {
    const hello = join(folder, 'hello');
    await cp(example('hello'), hello, { recursive: true, filter: (path) => !path.includes('node_modules') });

    await test.step('the link signs in once, and leaves no token behind', async () => {
      await page.goto(desk.url);
      await expect(page.getByRole('heading', { name: 'Servers' })).toBeVisible();
      expect(page.url()).not.toContain('token');
      await inspect(page, 'servers', shots);
      await page.getByRole('link', { name: 'Add a server' }).click();
      await page.getByLabel('Where').fill('deploy@203.0.113.7');
      await inspect(page, 'add-server', shots);
    });
    await test.step('an empty server says how to begin', async () => {
      await openThisComputer(page);
      await expect(page.getByRole('heading', { name: 'Drop a folder here' })).toBeVisible();
    });
    await test.step('a chosen folder is sent, built and live, with its phases drawn', async () => {
      await deployFolder(page, 'hello', hello);
      await expect(phases(page).getByText('Building')).toBeVisible();
      await expect(phases(page).getByText(/Watching/)).toBeVisible();
      await expect(page.getByText(/answers at/)).toBeVisible({ timeout: 30_000 });
      await expect(page.getByRole('log')).toContainText(/install/i);
      expect((await server.get('hello')).status).toBe(200);
      await inspect(page, 'deployment', shots);
    });
    await test.step('a second release changes what is served', async () => {
      const file = join(hello, 'server.js');
      await writeFile(
        file,
        (await readFile(file, 'utf8')).replace(/greeting = '[^']*'/, "greeting = 'Second.'"),
      );
      await deployFolder(page, 'hello', hello);
      await expect(page.getByText(/Release 2,.*answers at/)).toBeVisible({ timeout: 30_000 });
    });
    await test.step('a broken one says why, and the old one keeps serving', async () => {
      const before = (await server.get('hello')).body.includes('Second.');
      const broken = join(folder, 'broken');
      await cp(hello, broken, { recursive: true });
      const file = join(broken, 'server.js');
      await writeFile(file, `throw new Error('the database is not there');\n${await readFile(file, 'utf8')}`);
      await deployFolder(page, 'hello', broken);
      const alert = page.getByRole('alert');
      await expect(alert).toContainText('the database is not there', { timeout: 30_000 });
      await expect(alert).toContainText('keeps serving');
      expect((await server.get('hello')).body.includes('Second.')).toBe(before);
      await inspect(page, 'failed', shots);
    });
    await test.step('rolling back says what will change, and does it', async () => {
      await page.getByRole('button', { name: 'Roll back' }).click();
      const dialog = page.getByRole('dialog');
      await expect(dialog).toContainText('Requests go to release 1 in place of 2');
      await inspect(page, 'rollback', shots);
      await dialog.getByRole('button', { name: 'Roll back' }).click();
      await expect(dialog).toBeHidden();
      await until('release 1 answers', async () => !(await server.get('hello')).body.includes('Second.'));
    });
    await test.step('every page holds up', async () => {
      const views = page.getByRole('navigation', { name: 'Views of the app' });
      await views.getByRole('link', { name: 'overview' }).click();
      await expect(
        page.getByRole('region', { name: 'Instances' }).getByText('running').first(),
      ).toBeVisible();
      await inspect(page, 'app', shots);
      await views.getByRole('link', { name: 'deployments' }).click();
      await expect(page.getByRole('link', { name: /Back to release 1/ })).toBeVisible();
      await inspect(page, 'deployments', shots);
      await views.getByRole('link', { name: 'logs' }).click();
      await expect(page.getByRole('log')).toContainText(/\S/);
      await inspect(page, 'logs', shots);
      await page.getByLabel('Search in the log').fill('Database');
      await page.getByRole('button', { name: 'Search all that is kept' }).click();
      await expect(page.getByRole('log')).toContainText('the database is not there');
      await expect(page.getByRole('log').locator('mark').first()).toHaveText('database');
      await inspect(page, 'log-search', shots);
      await page.getByRole('button', { name: 'Back to the live log' }).click();
      await views.getByRole('link', { name: 'settings' }).click();
      await page.getByLabel('Name').fill('GREETING');
      await page.getByLabel('Value').fill('hello from the settings');
      await page.getByRole('button', { name: 'Set variable' }).click();
      await expect(page.getByRole('button', { name: 'Show GREETING' })).toBeVisible();
      await expect(page.getByText('hello from the settings')).toBeHidden();
      await inspect(page, 'settings', shots);
      await openThisComputer(page);
      await expect(
        page.getByRole('region', { name: 'Health' }).getByText(/checks good|to look at/),
      ).toBeVisible();
      await inspect(page, 'server', shots);
    });
    await test.step('what can be deployed is seen at once', async () => {
      await page.getByRole('button', { name: 'Deploy an app' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio', { name: 'An image' }).check();
      await dialog.getByRole('textbox', { name: 'Image' }).fill('registry.example.com/team/shop:1.2');
      await expect(dialog.getByRole('button', { name: 'Deploy shop' })).toBeEnabled();
      await inspect(page, 'deploy', shots);
      await page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
    });
    await test.step('the palette goes anywhere from the keyboard', async () => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('hello');
      await inspect(page, 'palette', shots);
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { name: 'hello', level: 1 })).toBeVisible();
    });
    expect(complaints).toEqual([]);
  } finally {
    await desk.stop();
  }
});
