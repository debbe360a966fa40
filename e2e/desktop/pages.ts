/** The desktop's pages as a person finds their parts: by role and name. */

import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from 'playwright/test';

export async function deployFolder(page: Page, app: string, folder: string): Promise<void> {
  await page
    .getByRole('button', { name: /^Deploy/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Folder', { exact: true }).setInputFiles(folder);
  const name = dialog.getByLabel('App', { exact: true });
  if (await name.isVisible()) await name.fill(app);
  await dialog.getByRole('button', { name: `Deploy ${app}` }).click();
  await expect(dialog).toBeHidden({ timeout: 20_000 });
}

/** From any page to that of this computer. */
export async function openThisComputer(page: Page): Promise<void> {
  await page
    .getByRole('link', { name: /This computer/ })
    .first()
    .click();
}

/** From the list of servers to a view of an app on this computer. */
export async function openView(page: Page, origin: string, app: string, view: string): Promise<void> {
  await page.goto(`${origin}/servers`);
  await openThisComputer(page);
  await page.getByRole('link', { name: app }).first().click();
  await page.getByRole('navigation', { name: 'Views of the app' }).getByRole('link', { name: view }).click();
}

export const phases = (page: Page) => page.getByRole('list', { name: 'Phases of the deployment' });

/** Light and dark: no serious fault, nothing wider than the window at 1024 px and at 200 % text; a picture of each. */
export async function inspect(page: Page, name: string, shots: string): Promise<void> {
  const toasts = page.getByRole('region', { name: 'Notifications' }).getByRole('button', { name: 'Dismiss' });
  while ((await toasts.count()) > 0)
    await toasts
      .first()
      .click({ timeout: 1000 })
      .catch(() => undefined);
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', scheme);
    const axe = new AxeBuilder({ page }).setLegacyMode();
    // Only the colours differ between the two.
    if (scheme === 'dark') axe.withRules(['color-contrast']);
    const { violations } = await axe.analyze();
    const faults = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${name} ${scheme}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(faults).toEqual([]);
    const path = `${shots}/desktop-${name}-${scheme}.png`;
    // Retaken only when asked for, so that a test run leaves the tree as it was.
    if (process.env.WINDLASS_SCREENSHOTS || !existsSync(path)) await page.screenshot({ path });
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1024, height: 768 });
  expect(await overflow(page), `${name} at 1024 px`).toBeLessThanOrEqual(0);
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
  });
  expect(await overflow(page), `${name} with 200 % text`).toBeLessThanOrEqual(0);
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '';
  });
  await page.setViewportSize({ width: 1280, height: 800 });
}

/** Pixels by which the page is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
