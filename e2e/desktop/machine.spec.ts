/** The pages about a server's machine: what fills its disk, and how it is. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { example } from '../fixtures/server.ts';
import { expect, test } from '../fixtures/test.ts';
import { buildDesk, startDesk } from './desk.ts';
import { deployFolder, inspect, openThisComputer } from './pages.ts';

const shots = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

test.beforeAll(buildDesk);
test.use({ trace: 'off' });

test('a_server_says_what_fills_its_disk_and_how_its_machine_is', async ({ page, server }) => {
  const desk = await startDesk({ socket: join(server.data, 'control.sock') });
  try {
    await page.goto(desk.url);
    await openThisComputer(page);
    await expect(page.getByRole('heading', { name: 'Drop a folder here' })).toBeVisible();
    await deployFolder(page, 'hello', example('static'));
    await expect(page.getByText(/answers at/)).toBeVisible({ timeout: 30_000 });
    await openThisComputer(page);
    const views = page.getByRole('navigation', { name: 'Views of the server' });
    await views.getByRole('link', { name: 'Disk' }).click();
    const table = page.getByRole('region', { name: 'What the data folder holds' });
    await expect(table.getByRole('row', { name: /releases.*hello/ })).toBeVisible();
    await inspect(page, 'disk', shots);
    await views.getByRole('link', { name: 'Vitals' }).click();
    await expect(page.getByRole('heading', { name: 'The first minutes are being counted' })).toBeVisible();
    await expect(page.getByText(/Processor, \d+ cores/)).toBeVisible();
    await inspect(page, 'vitals', shots);
    await page.reload();
    await expect(page.getByRole('heading', { name: 'Who uses it' })).toBeVisible();
  } finally {
    await desk.stop();
  }
});
