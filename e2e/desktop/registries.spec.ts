/** Logins of image registries on a server's page: one is added, checked and forgotten, and its password is never seen again. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '../fixtures/test.ts';
import { buildDesk, startDesk } from './desk.ts';
import { inspect, openThisComputer } from './pages.ts';

const shots = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

test.beforeAll(buildDesk);
test.use({ trace: 'off' });

test('a_login_for_a_registry_is_added_checked_and_forgotten', async ({ page, server }) => {
  const desk = await startDesk({ socket: join(server.data, 'control.sock') });
  try {
    await page.goto(desk.url);
    await openThisComputer(page);
    const section = page.getByRole('region', { name: 'Image registries' });
    await expect(section).toContainText('Public images need no login');
    await section.getByRole('button', { name: 'Add a login' }).click();
    const dialog = page.getByRole('dialog', { name: 'A login for a registry' });
    const add = dialog.getByRole('button', { name: 'Add login' });
    await expect(add).toBeDisabled();
    // Nobody listens there.
    await dialog.getByLabel('Registry', { exact: true }).fill('https://127.0.0.1:9/');
    await dialog.getByLabel('User').fill('me');
    await dialog.getByLabel('Password or access token').fill('reg-5ecret-77');
    await add.click();
    // An engine that is reached says that the registry is not; where there is no engine, that is said.
    await expect(dialog.getByText(/could not be reached for the login|Docker does not answer/)).toBeVisible();
    await inspect(page, 'registry', shots);
    await dialog.getByLabel(/Ask the registry first/).uncheck();
    await add.click();
    await expect(dialog).toBeHidden();
    const row = section.getByRole('row', { name: /127\.0\.0\.1:9/ });
    await expect(row).toContainText('all apps');
    await section.getByRole('button', { name: 'Check 127.0.0.1:9' }).click();
    await expect(section.getByText(/could not be reached|Docker does not answer/)).toBeVisible();
    await expect(section.getByText('taken')).toBeHidden();
    expect(await page.content()).not.toContain('reg-5ecret-77');
    await section.getByRole('button', { name: 'Forget 127.0.0.1:9' }).click();
    await expect(row).toBeHidden();
    await expect(section).toContainText('Public images need no login');
  } finally {
    await desk.stop();
  }
});
