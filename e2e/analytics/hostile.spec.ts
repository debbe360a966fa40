/** What a stranger sends through the proxy and a person then looks at: too much is refused, markup stays text. */

import { request } from 'node:http';
import { join } from 'node:path';
import { buildDesk, startDesk } from '../desktop/desk.ts';
import { openView } from '../desktop/pages.ts';
import { writeFiles } from '../fixtures/files.ts';
import { processesOf } from '../fixtures/leftovers.ts';
import { run } from '../fixtures/run.ts';
import { windlassFile } from '../fixtures/server.ts';
import { serverInfo } from '../fixtures/server-info.ts';
import { expect, test } from '../fixtures/test.ts';

test.beforeAll(buildDesk);
test.use({ trace: 'off', actionTimeout: 15_000 });

const markup = `<img src="/nothing" onerror="document.title='owned'">`;

test('markup_that_visitors_sent_is_text_on_the_page_and_a_megabyte_is_refused', async ({ page, folder }) => {
  const desk = await startDesk({ data: join(folder, 'desk') });
  const data = join(folder, 'desk/local-server');
  try {
    await page.goto(desk.url);
    await page.getByRole('button', { name: 'Use this computer' }).click();
    await expect(page.getByRole('heading', { name: 'Drop a folder here' })).toBeVisible({ timeout: 20_000 });
    const { http } = await serverInfo(data);
    const site = await writeFiles(join(folder, 'site'), {
      'index.html': '<!doctype html><title>Site</title>',
    });
    const { code } = await run([windlassFile, 'deploy', 'site', '--dir', site, '--data', data, '--json']);
    expect(code).toBe(0);

    const port = Number(http.split(':').at(-1));
    const u = `http://site.localhost:${port}/#${markup}`;
    expect(await post(port, JSON.stringify({ n: markup, u, h: 1, p: { [markup]: markup } }))).toBe(202);
    expect(await post(port, JSON.stringify({ n: 'pageview', u, r: `https://other.example/${markup}` }))).toBe(
      202,
    );
    const large = JSON.stringify({ n: 'Large', u, p: { text: 'x'.repeat(1 << 20) } });
    expect(await post(port, large)).toBe(413);

    await openView(page, desk.origin, 'site', 'Analytics');
    const goals = page.getByRole('region', { name: 'Goals', exact: true });
    await expect(goals.getByRole('button', { name: markup })).toBeVisible({ timeout: 15_000 });
    await goals.getByRole('button', { name: markup }).click();
    await expect(page.getByRole('button', { name: `Remove the filter Goal ${markup}` })).toBeVisible();
    expect(await page.locator('img[src="/nothing"]').count()).toBe(0);
    expect(await page.title()).not.toBe('owned');
    await expect(page.getByText('Large')).toHaveCount(0);
  } finally {
    await desk.stop();
    for (const { pid } of processesOf(data)) process.kill(pid, 'SIGKILL');
  }
});

/** As the host of the app; answers with the status. */
function post(port: number, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      host: `site.localhost:${port}`,
      'user-agent':
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
      'content-length': Buffer.byteLength(body),
    };
    const asked = request(
      { host: '127.0.0.1', port, method: 'POST', path: '/.windlass/event', headers },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
