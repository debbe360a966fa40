/** The scripts of others, unmodified and pointed here: what they tell is counted as they mean it. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer } from '../../shared/analytics/query.ts';
import { deploy } from '../fixtures/deployment.ts';
import { writeFiles } from '../fixtures/files.ts';
import { expect, test } from '../fixtures/test.ts';
import { launchAsPerson } from './site.ts';

const clients = fileURLToPath(new URL('../../.cache/clients', import.meta.url));
const agent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

test.use({ trace: 'off', actionTimeout: 15_000 });

test('plausibles_own_tracker_from_npm_is_counted_as_it_is', async ({ server, folder }, info) => {
  const tracker = await readFile(
    join(clients, 'plausible/node_modules/@plausible-analytics/tracker/plausible.js'),
    'utf8',
  );
  const site = await writeFiles(join(folder, 'site'), {
    'plausible.js': tracker,
    'index.html': `<!doctype html><title>Site</title><button>Buy</button> <a href="http://elsewhere.localhost:1/x">Out</a>
      <script type="module">
        import { init, track } from './plausible.js';
        init({ domain: 'site.localhost', endpoint: '/.windlass/api/event', captureOnLocalhost: true, outboundLinks: true, fileDownloads: true, formSubmissions: true });
        document.querySelector('button').onclick = () =>
          track('Purchase', { props: { plan: 'team' }, revenue: { amount: 19.99, currency: 'EUR' } });
      </script>`,
  });
  await deploy(server, 'site', site);
  const browser = await launchAsPerson(info.project.use.launchOptions ?? {});
  const by = async (dimension: string) => {
    const { rows } = await server.ask<Answer>('analytics', 'site', '--by', dimension);
    return Object.fromEntries(rows.map(({ keys: [key = ''], values }) => [key, values]));
  };
  try {
    const context = await browser.newContext({ userAgent: agent });
    const page = await context.newPage();
    const answered = (name: string) =>
      page.waitForResponse(
        (response) =>
          response.url().endsWith('/api/event') &&
          (response.request().postData() ?? '').includes(`"${name}"`),
        { timeout: 10_000 },
      );
    const [viewed] = await Promise.all([
      answered('pageview'),
      page.goto(`${server.url('site')}/?utm_source=google&utm_medium=cpc`),
    ]);
    expect(viewed.status()).toBe(202);
    await Promise.all([answered('Purchase'), page.getByRole('button', { name: 'Buy' }).click()]);
    await Promise.all([answered('pageview'), page.evaluate(() => history.pushState({}, '', '/second'))]);
    await Promise.all([
      answered('Outbound Link: Click'),
      page.evaluate(() => {
        const link = document.querySelector('a');
        link?.addEventListener('click', (event) => event.preventDefault());
        link?.click();
      }),
    ]);
    await context.close();
  } finally {
    await browser.close();
  }
  // Visitors, visits, views.
  expect(Object.entries(await by('page')).map(([path, values]) => [path, values?.slice(0, 3)])).toEqual([
    ['/', [1, 1, 1]],
    ['/second', [1, 1, 1]],
  ]);
  expect((await by('channel'))['Paid Search']?.slice(0, 3)).toEqual([1, 1, 2]);
  expect(Object.keys(await by('goal')).sort()).toEqual(['Outbound Link: Click', 'Purchase']);
  expect(Object.keys(await by('prop:plan'))).toEqual(['team']);
  expect(Object.keys(await by('currency'))).toEqual(['EUR']);
});
