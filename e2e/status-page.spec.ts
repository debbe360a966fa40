/** A status page in a browser without scripts, while every app is down. */

import { AxeBuilder } from '@axe-core/playwright';
import { deploy } from './fixtures/deployment.ts';
import { example } from './fixtures/server.ts';
import { expect, test } from './fixtures/test.ts';

test.use({ javaScriptEnabled: false });

interface Checks {
  checks: { id: number; name: string; status: string }[];
}

test('the_page_says_the_truth_without_scripts_while_every_app_is_down', async ({ page, server, browser }) => {
  await deploy(server, 'hello', example('hello'));
  await server.ask('status-page', 'add', 'main', '--checks', 'hello', '--title', 'Harbour status');
  const url = `${server.url('hello')}/.windlass/status/main/`;
  expect(await server.cli('checks', 'run', 'hello')).toMatchObject({ code: 0 });
  await page.goto(url);
  await expect(page.getByText('All systems work')).toBeVisible();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));

  // Its instances go, and nothing brings them back while they are looked for.
  await server.ask('stop', 'hello');
  await server.ask('incidents', 'open', 'The harbour is closed', 'We know why');
  await expect
    .poll(async () => {
      await page.goto(url);
      return page.locator('main').textContent();
    })
    .toContain('The harbour is closed');
  await expect(page.getByText(/We know why/)).toBeVisible();
  expect((await server.get('hello')).status).toBe(503);
  expect(new Set(asked)).toEqual(new Set([url]));

  const { checks } = await server.ask<Checks>('checks');
  expect(checks.map(({ name }) => name)).toEqual(['hello']);

  // The rules of accessibility need scripts to be looked at; the page itself has none.
  const context = await browser.newContext({ javaScriptEnabled: true });
  const looked = await context.newPage();
  for (const width of [1280, 360]) {
    await looked.setViewportSize({ width, height: 800 });
    await looked.goto(url);
    const { violations } = await new AxeBuilder({ page: looked }).setLegacyMode().analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
      [],
    );
    const overflow = await looked.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  }
  await context.close();
});

test('an_app_that_dies_is_down_on_the_page_after_its_threshold', async ({ page, server }) => {
  await deploy(server, 'hello', example('hello'));
  await server.ask('checks', 'add', 'nobody', 'tcp://127.0.0.1:9', '--private', '--failures', '1');
  await server.ask('status-page', 'add', 'main', '--checks', 'hello,nobody');
  expect(await server.cli('checks', 'run', 'nobody')).toMatchObject({ code: 1 });
  expect(await server.cli('checks', 'run', 'hello')).toMatchObject({ code: 0 });
  const url = `${server.url('hello')}/.windlass/status/main/`;
  await expect
    .poll(async () => {
      await page.goto(url);
      return page.locator('main').textContent();
    })
    .toContain('Some systems have trouble');
  const component = page.getByRole('heading', { name: 'nobody', exact: true });
  await expect(page.getByRole('listitem').filter({ has: component })).toContainText('is down');
});
