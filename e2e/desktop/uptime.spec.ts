/** The pages of checks, incidents, notifications and status pages, as a person uses them. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright/test';
import { openControl } from '../fixtures/control.ts';
import { expect, test } from '../fixtures/test.ts';
import { buildDesk, startDesk } from './desk.ts';
import { inspect, openThisComputer } from './pages.ts';

const shots = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

test.beforeAll(buildDesk);
test.use({ trace: 'off' });

const views = (page: Page) => page.getByRole('navigation', { name: 'Views of the server' });

test('a_person_adds_a_check_is_told_that_it_fails_and_publishes_it', async ({ page, server }) => {
  const told: { title: string; state: string }[] = [];
  let status = 200;
  const other = createServer((request, response) => {
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        told.push(JSON.parse(body).data);
        response.end('taken');
      });
    } else if (request.headers['x-checked-by'] !== 'windlass') response.writeHead(404).end();
    else response.writeHead(status).end('Welcome');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const desk = await startDesk({ socket: join(server.data, 'control.sock') });
  try {
    await page.goto(desk.url);
    await openThisComputer(page);

    await views(page).getByRole('link', { name: 'Notifications' }).click();
    await expect(page.getByRole('heading', { name: 'Nobody is told anything yet' })).toBeVisible();
    await page.getByRole('button', { name: 'Add channel' }).click();
    const channel = page.getByRole('dialog');
    await channel.getByRole('radio', { name: 'Webhook' }).check();
    await channel.getByLabel('Name', { exact: true }).fill('ops');
    await channel.getByLabel('Address', { exact: true }).fill(`${url}/hook`);
    await channel.getByRole('button', { name: 'Add channel' }).click();
    await expect(page.getByText(/^whsec_/)).toBeVisible();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('button', { name: 'Test ops' }).click();
    await expect(page.getByText('ops took it: 200 taken')).toBeVisible();

    await views(page).getByRole('link', { name: 'Checks' }).click();
    await page.getByRole('button', { name: 'Add check' }).click();
    const check = page.getByRole('dialog');
    await check.getByLabel('Name', { exact: true }).fill('home');
    await check.getByLabel('Address', { exact: true }).fill(`${url}/`);
    await check.getByLabel('The page must contain').fill('Welcome');
    await check.getByLabel('Down after so many bad results in a row').fill('1');
    await check.getByLabel('May reach private addresses').check();
    await check.getByText('More settings').click();
    await expect(check.getByLabel('Record')).toHaveCount(0);
    await check.getByLabel('Headers').fill('X-Checked-By: windlass');
    await check.getByLabel('Answer within, ms').fill('9000');
    await inspect(page, 'check-form', shots);
    await check.getByRole('button', { name: 'Add check' }).click();
    await expect(page.getByRole('listitem').filter({ hasText: 'home' })).toContainText('up');
    await inspect(page, 'checks', shots);

    await page.getByRole('button', { name: 'Plan maintenance' }).click();
    const plan = page.getByRole('dialog');
    await plan.getByLabel('What').fill('New disks');
    await plan.getByRole('radio', { name: 'Every week' }).check();
    await plan.getByRole('button', { name: 'Plan maintenance' }).click();
    await expect(
      page.getByRole('row', { name: /New disks.*Sunday at 03:00.*60 min.*all checks/ }),
    ).toBeVisible();
    await page.getByRole('button', { name: 'Remove New disks' }).click();
    await expect(page.getByText('Nothing is planned.')).toBeVisible();

    status = 500;
    await page.getByRole('link', { name: 'home' }).click();
    await page.getByRole('button', { name: 'Check now' }).click();
    await expect(page.getByText('it answered 500').first()).toBeVisible();
    await expect.poll(() => told.map(({ title }) => title)).toContain('home: it answered 500');
    await inspect(page, 'check', shots);

    await views(page).getByRole('link', { name: 'Incidents' }).click();
    await expect(page.getByRole('link', { name: 'home: it answered 500' })).toBeVisible();
    await inspect(page, 'incidents', shots);
    await page.getByRole('link', { name: 'home: it answered 500' }).click();
    await page.getByRole('button', { name: 'I take care of it' }).click();
    await expect(page.getByText('the desktop takes care of it')).toBeVisible();
    await page.getByLabel('Note').fill('A disk is being replaced');
    await page.getByLabel('Show it on the status page').check();
    await page.getByRole('button', { name: 'Add note' }).click();
    await expect(page.getByText('on the status page', { exact: false }).first()).toBeVisible();
    await inspect(page, 'incident', shots);

    await views(page).getByRole('link', { name: 'Status pages' }).click();
    await page.getByRole('button', { name: 'Add status page' }).click();
    await page.getByLabel('Title').fill('Harbour status');
    await page.getByLabel('home', { exact: true }).check();
    const preview = page.frameLocator('iframe[title=Preview]');
    await expect(preview.getByText('Nothing works at the moment')).toBeVisible();
    await expect(preview.getByText(/A disk is being replaced/)).toBeVisible();
    await page.getByRole('button', { name: 'Save page' }).click();
    await expect(page.getByRole('row', { name: /Harbour status/ })).toBeVisible();
    await inspect(page, 'status-pages', shots);

    await views(page).getByRole('link', { name: 'Notifications' }).click();
    await expect(page.getByRole('row', { name: /home: it answered 500.*ops.*sent/ })).toBeVisible();
    await inspect(page, 'notifications', shots);
  } finally {
    await desk.stop();
    other.close();
  }
});

test('two_thousand_checks_scroll_as_smoothly_as_two', async ({ page, server }) => {
  test.setTimeout(180_000);
  const control = openControl(join(server.data, 'control.sock'));
  const target = { kind: 'tcp', host: '127.0.0.1', port: server.port };
  const add = (index: number) =>
    control.call('checks.add', { name: `c${index}`, target, everySeconds: 86_400, allowPrivate: true });
  await Promise.all(Array.from({ length: 2000 }, (_, index) => add(index)));
  control.close();
  const desk = await startDesk({ socket: join(server.data, 'control.sock') });
  try {
    await page.goto(desk.url);
    await openThisComputer(page);
    await views(page).getByRole('link', { name: 'Checks' }).click();
    const list = page.getByRole('region', { name: '2000 checks' });
    await expect(list.getByRole('listitem').first()).toBeVisible();
    expect(await list.getByRole('listitem').count()).toBeLessThan(60);
    const longest = await list.evaluate(async (element) => {
      let worst = 0;
      let before = performance.now();
      for (let step = 1; step <= 60; step++) {
        element.scrollTop = (element.scrollHeight / 60) * step;
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        worst = Math.max(worst, now - before);
        before = now;
      }
      return worst;
    });
    // Two cores carry the browser and the server here; a list that is drawn whole takes seconds.
    expect(longest).toBeLessThan(400);
    await expect(list.getByRole('link', { name: 'c1999' })).toBeVisible();
    await page.getByLabel('Find').fill('c1234');
    await expect(page.getByRole('link', { name: 'c1234' })).toBeVisible();
  } finally {
    await desk.stop();
  }
});
