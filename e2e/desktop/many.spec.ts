/** A hundred deployments and fifty thousand lines: every interaction is painted within a tenth of a second. */

import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { writeFiles } from '../fixtures/files.ts';
import { expect, test } from '../fixtures/test.ts';
import { buildDesk, startDesk } from './desk.ts';
import { interactions } from './interactions.ts';
import { openThisComputer } from './pages.ts';

const deployments = 100;
const lines = 50_000;
const chatty = `
const http = require('node:http');
for (let n = 0; n < ${lines}; n++) console.log('request ' + n + ' answered in ' + (n % 97) + ' ms');
http.createServer((_, answer) => answer.end('ok')).listen(process.env.PORT);
`;

test.beforeAll(buildDesk);
test.use({ trace: 'off' });
test.setTimeout(240_000);

const tab = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Views of the app' }).getByRole('link', { name, exact: true });

test('a_hundred_deployments_and_fifty_thousand_lines_keep_every_interaction_quick', async ({
  page,
  server,
  folder,
}) => {
  const site = await writeFiles(join(folder, 'site'), { 'index.html': '<h1>one of many</h1>' });
  const app = await writeFiles(join(folder, 'chatty'), {
    'package.json': { name: 'chatty', scripts: { start: 'node server.js' } },
    'server.js': chatty,
  });
  for (let made = 1; made < deployments; made++) {
    // Going back is a deployment, too, and a quick one.
    await (made < 4 || made % 4 < 2
      ? server.ask('deploy', 'many', '--dir', site)
      : server.ask('rollback', 'many'));
  }
  await server.ask('deploy', 'many', '--dir', app);
  const desk = await startDesk({ socket: join(server.data, 'control.sock') });
  try {
    const timed = await interactions(page);
    await page.goto(desk.url);
    await openThisComputer(page);
    await page.getByRole('link', { name: 'many', exact: true }).first().click();
    for (let round = 0; round < 3; round++) {
      await timed('open the deployments', () => tab(page, 'Deployments').click());
      await expect(page.getByRole('row')).toHaveCount(deployments + 1);
      await timed('scroll them', () => page.mouse.wheel(0, 4000));
      await timed('open a deployment', () => page.getByRole('link', { name: /^From/ }).nth(20).click());
      await expect(page.getByRole('list', { name: 'Phases of the deployment' })).toBeVisible();
      await timed('open the log', () => tab(page, 'Logs').click());
      await expect(page.getByText(/^(50,000|49,\d{3}) lines/)).toBeVisible({ timeout: 30_000 });
      const search = page.getByLabel('Search in the log');
      await timed('focus the search', () => search.click());
      for (const letter of 'request 499') {
        await timed(`type in the search`, () => page.keyboard.type(letter));
      }
      await expect(page.getByText(/111 of/)).toBeVisible();
      await timed('clear the search', () =>
        page.keyboard.press('Control+a').then(() => page.keyboard.press('Delete')),
      );
      await timed('page through the log', async () => {
        await page.getByRole('log').click();
        for (let times = 0; times < 10; times++) await page.keyboard.press('PageUp');
      });
      await timed('open the palette', () => page.keyboard.press('Control+k'));
      await timed('type in the palette', () => page.keyboard.type('settings'));
      await timed('go where it leads', () => page.keyboard.press('Enter'));
      await expect(page.getByRole('region', { name: 'Variables' })).toBeVisible();
      await timed('open the overview', () => tab(page, 'Overview').click());
      await expect(page.getByRole('table', { name: 'Instances' })).toBeVisible();
    }
    const slowest = timed.medians();
    console.log(slowest.map(({ name, ms }) => `${String(ms).padStart(5)} ms  ${name}`).join('\n'));
    expect(slowest.filter(({ ms }) => ms >= 100)).toEqual([]);
  } finally {
    await desk.stop();
  }
});
