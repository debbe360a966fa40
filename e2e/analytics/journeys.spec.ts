/** A real browser visits a deployed app through the proxy; the desktop shows exactly that, also without the server. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer } from '../../shared/analytics/query.ts';
import type { RetentionAnswer } from '../../shared/analytics/retention.ts';
import { buildDesk, startDesk } from '../desktop/desk.ts';
import { inspect, openView } from '../desktop/pages.ts';
import { askAt } from '../fixtures/ask.ts';
import { writeFiles } from '../fixtures/files.ts';
import { processesOf } from '../fixtures/leftovers.ts';
import { serverInfo } from '../fixtures/server-info.ts';
import { expect, test } from '../fixtures/test.ts';
import { journeys, launchAsPerson, siteFiles, travel } from './site.ts';

const shots = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

test.beforeAll(buildDesk);
test.use({ trace: 'off', actionTimeout: 15_000 });
test.setTimeout(120_000);

test('eleven_journeys_give_exactly_their_numbers_with_and_without_the_server', async ({
  page,
  folder,
}, info) => {
  const desk = await startDesk({ data: join(folder, 'desk') });
  const data = join(folder, 'desk/local-server');
  const ask = askAt(data);
  const by = async (dimension: string) => {
    const { rows } = await ask<Answer>('analytics', 'site', '--by', dimension, '--since', '2d');
    // Visitors, visits, views.
    return Object.fromEntries(rows.map(({ keys: [key = ''], values }) => [key, values]));
  };
  try {
    await page.goto(desk.url);
    await page.getByRole('button', { name: 'Use this computer' }).click();
    await expect(page.getByRole('heading', { name: 'Drop a folder here' })).toBeVisible({ timeout: 20_000 });
    const { http, pid } = await serverInfo(data);
    const port = http.split(':').at(-1);
    const site = await writeFiles(join(folder, 'site'), siteFiles(`http://elsewhere.localhost:${port}`));
    await ask('deploy', 'site', '--dir', site);
    await ask('analytics', 'site', 'on');

    const browser = await launchAsPerson(info.project.use.launchOptions ?? {});
    try {
      for (const journey of journeys) {
        await test.step(journey.name, () => travel(browser, journey, `http://site.localhost:${port}`));
      }
    } finally {
      await browser.close();
    }

    const views = journeys.reduce((sum, journey) => sum + journey.views, 0);
    const visitors = journeys.filter((journey) => journey.views > 0).length;
    await test.step('the command line has every journey', async () => {
      await expect.poll(async () => (await by('browser_version'))['103']?.[2], { timeout: 15_000 }).toBe(2);
      const versions = await by('browser_version');
      for (const { name, version, views } of journeys)
        expect([name, versions[version]?.[2] ?? 0]).toEqual([name, views]);
      const goals = Object.assign({}, ...journeys.map((journey) => journey.goals ?? {}));
      expect(Object.keys(await by('goal')).sort()).toEqual(Object.keys(goals).sort());
      expect((await by('channel')).Email?.slice(0, 3)).toEqual([1, 1, 3]);
      expect(await by('prop:plan')).toHaveProperty('team');
      expect(Object.keys(await by('release'))).toEqual(['1']);
      expect(Object.keys(await by('prop:url'))).toContain(`http://elsewhere.localhost:${port}/there`);
      const { cohorts } = await ask<RetentionAnswer>('analytics', 'site', 'retention', '--since', '2d');
      expect(cohorts.reduce((sum, { people }) => sum + people, 0)).toBe(visitors);
      await ask('analytics', 'site', 'segment', 'Thanked', 'page=/thanks.html');
      const thanked = await ask<Answer>('analytics', 'site', '--segment', 'Thanked', '--since', '2d');
      expect(thanked.total.values[0]).toBe(1);
      const status = await ask<{ droppedToday: Record<string, number> }>('analytics', 'site', 'status');
      expect(status.droppedToday.bot).toBeGreaterThan(0);
    });
    const shown = async () => {
      const figure = (name: string, value: number) =>
        expect(page.getByRole('button', { name: new RegExp(`^${name} ?${value}(?!\\d)`) })).toBeVisible({
          timeout: 15_000,
        });
      await figure('Visitors', visitors);
      await figure('Page views', views);
      const returns = page.getByRole('table', { name: 'Share that came back' });
      await expect(returns.getByRole('cell', { name: String(visitors), exact: true })).toBeVisible();
      const pages = page.getByRole('region', { name: 'Pages', exact: true });
      await expect(pages.getByRole('row', { name: /^\/about\.html/ })).toContainText('3');
      await expect(
        page.getByRole('region', { name: 'Goals', exact: true }).getByRole('row', { name: /File Download/ }),
      ).toContainText('1');
    };
    await test.step('the desktop shows the same', async () => {
      await openView(page, desk.origin, 'site', 'Analytics');
      await shown();
      await expect(page.getByText(/Copied to this computer/)).toBeVisible({ timeout: 20_000 });
      await inspect(page, 'analytics', shots);
    });
    await test.step('a click on a page shows who saw it and nothing else', async () => {
      await page
        .getByRole('region', { name: 'Pages', exact: true })
        .getByRole('button', { name: '/thanks.html' })
        .click();
      await expect(page.getByRole('button', { name: /^Visitors ?1(?!\d)/ })).toBeVisible();
      await page.getByRole('button', { name: /Remove the filter Page/ }).click();
      await shown();
      await page.getByRole('button', { name: 'Thanked', exact: true }).click();
      await expect(page.getByRole('button', { name: /^Visitors ?1(?!\d)/ })).toBeVisible();
      await page.getByRole('button', { name: 'Remove this segment' }).click();
      await expect(page.getByRole('button', { name: 'Thanked', exact: true })).toBeHidden();
      await page.getByRole('button', { name: 'Keep as a segment' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('Said thanks');
      await page.getByRole('button', { name: 'Keep', exact: true }).click();
      await expect(page.getByRole('button', { name: 'Said thanks', exact: true })).toHaveAttribute(
        'aria-pressed',
        'true',
      );
      await page.getByRole('button', { name: 'Said thanks', exact: true }).click();
      await shown();
    });
    await test.step('the copy says the same once the server is gone', async () => {
      process.kill(pid, 'SIGKILL');
      await page.reload();
      await expect(page.getByText(/this is the copy on this computer/)).toBeVisible({ timeout: 30_000 });
      await shown();
    });
  } finally {
    await desk.stop();
    for (const { pid } of processesOf(data)) process.kill(pid, 'SIGKILL');
  }
});
