/** Traffic and rules of an app: seen as it comes, closed and opened again, and a challenge that a real browser solves. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deploy } from '../fixtures/deployment.ts';
import { example } from '../fixtures/server.ts';
import { expect, test } from '../fixtures/test.ts';
import { until } from '../fixtures/until.ts';
import { buildDesk, startDesk } from './desk.ts';
import { inspect, openThisComputer } from './pages.ts';

const shots = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

test.beforeAll(buildDesk);
test.use({ trace: 'off' });
test.setTimeout(120_000);

test('requests_are_seen_as_they_come_and_rules_hold_at_once', async ({ page, server }) => {
  await deploy(server, 'static', example('static'));
  const status = async () => (await server.get('static')).status;
  for (let count = 0; count < 20; count++) await server.get('static', count % 4 === 0 ? '/nowhere' : '/');
  const desk = await startDesk({ socket: join(server.data, 'control.sock') });
  const pageOf = (name: string) => page.getByRole('link', { name, exact: true }).click();
  try {
    await page.goto(desk.url);
    await openThisComputer(page);
    await page
      .getByRole('link', { name: /static/ })
      .first()
      .click();

    await test.step('traffic: over time, the most frequent, and live', async () => {
      await pageOf('Traffic');
      await expect(page.getByRole('figure', { name: /^Requests/ })).toBeVisible();
      const paths = page.getByRole('table', { name: 'Most frequent: Path' });
      await expect(paths.getByRole('row', { name: /\/nowhere/ })).toContainText('5');
      await expect(page.getByText('Requests appear here as they end.')).toBeVisible();
      await until('a live request is seen', async () => {
        await server.get('static', '/live-one');
        return page.getByRole('region', { name: 'Live requests' }).getByText('/live-one').first().isVisible();
      });
      await inspect(page, 'traffic', shots);
    });

    await test.step('a tick closes the site, another opens it', async () => {
      await pageOf('Rules');
      const closed = page.getByRole('checkbox', { name: /^Closed for maintenance/ });
      await closed.click();
      await expect(closed).toBeChecked();
      await until('visitors are told', async () => (await status()) === 503);
      await inspect(page, 'rules', shots);
      await closed.click();
      await until('the site is open', async () => (await status()) === 200);
    });

    await test.step('a password is asked for until it is taken away', async () => {
      await page.getByLabel('Password', { exact: true }).fill('open sesame');
      await page.getByRole('button', { name: 'Set password' }).click();
      await until('it is asked for', async () => (await status()) === 401);
      const visitor = await page.context().newPage();
      await visitor.goto(server.url('static'));
      await visitor.getByLabel('Password').fill('open says me');
      await visitor.getByRole('button', { name: 'Go on' }).click();
      await expect(visitor.getByText('That was not it.')).toBeVisible();
      await visitor.getByLabel('Password').fill('open sesame');
      await visitor.getByRole('button', { name: 'Go on' }).click();
      await expect(visitor.getByRole('heading', { level: 1 })).toHaveText('A plain folder');
      await visitor.close();
      await page.getByRole('button', { name: 'Take the password of any name away' }).click();
      await until('it is not', async () => (await status()) === 200);
    });

    await test.step('what is no rule is said so, and changes nothing', async () => {
      await page.getByLabel('Value').fill('[{"from": "nowhere"}]');
      await page.getByRole('button', { name: 'Set rule' }).click();
      await expect(page.getByText(/^redirects\.0\./)).toBeVisible();
      expect(await status()).toBe(200);
    });

    await test.step('under attack a browser does its work and gets in, a program does not', async () => {
      await page.getByRole('checkbox', { name: /^Under attack/ }).click();
      await until('programs are turned away', async () => (await status()) === 403);
      const visitor = await page.context().newPage();
      await visitor.goto(server.url('static'));
      await expect(visitor.getByRole('heading', { level: 1 })).toHaveText('A plain folder', {
        timeout: 30_000,
      });
      await visitor.close();
      expect(await status()).toBe(403);
    });
  } finally {
    await desk.stop();
  }
});
