/** The AI gateway's page: a provider, a key, a budget, a question, and what it cost. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '../fixtures/test.ts';
import { buildDesk, startDesk } from './desk.ts';
import { inspect, openThisComputer } from './pages.ts';

const shots = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

test.beforeAll(buildDesk);
test.use({ trace: 'off' });

test('a_model_is_asked_and_paid_for_from_the_desktop', async ({ page, server }) => {
  const asked: string[] = [];
  const provider = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => {
      body += bytes;
    });
    request.on('end', () => {
      asked.push(`${request.headers.authorization} ${body}`);
      response.setHeader('content-type', 'text/event-stream');
      const chunk = (value: object) => response.write(`data: ${JSON.stringify(value)}\n\n`);
      chunk({ id: 'c', model: 'gpt-4o-mini', choices: [{ index: 0, delta: { content: 'Good ' } }] });
      chunk({
        id: 'c',
        model: 'gpt-4o-mini',
        choices: [{ index: 0, delta: { content: 'morning' }, finish_reason: 'stop' }],
      });
      chunk({
        id: 'c',
        choices: [],
        usage: { prompt_tokens: 1_000_000, completion_tokens: 100_000, total_tokens: 1_100_000 },
      });
      response.end('data: [DONE]\n\n');
    });
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const { port } = provider.address() as AddressInfo;
  const desk = await startDesk({ socket: join(server.data, 'control.sock') });
  try {
    await page.goto(desk.url);
    await openThisComputer(page);
    await page
      .getByRole('navigation', { name: 'Views of the server' })
      .getByRole('link', { name: 'AI', exact: true })
      .click();
    const providers = page.getByRole('region', { name: 'Providers', exact: true });
    await providers.getByLabel('API key').fill('sk-desk');
    await providers.getByLabel('Base URL').fill(`http://127.0.0.1:${port}/v1`);
    await providers.getByLabel(/within this machine/).check();
    await providers.getByRole('button', { name: 'Add provider' }).click();
    await expect(providers.getByRole('row', { name: /openai/ })).toBeVisible();
    await expect(page.getByText('sk-desk')).toHaveCount(0);

    const keys = page.getByRole('region', { name: 'Keys', exact: true });
    await keys.getByRole('button', { name: 'Make a key' }).click();
    await expect(keys.getByText(/shown this once: wlai-/)).toBeVisible();
    const budgets = page.getByRole('region', { name: 'Budgets', exact: true });
    await budgets.getByLabel('Dollars').fill('1');
    await budgets.getByRole('button', { name: 'Add budget' }).click();
    await expect(budgets.getByRole('row', { name: /\$1.00 a month, everything/ })).toBeVisible();

    const play = page.getByRole('region', { name: 'Playground' });
    await play.getByLabel('Model').fill('gpt-4o-mini');
    await play.getByLabel('Say').fill('Good morning');
    await play.getByRole('button', { name: 'Ask' }).click();
    await expect(play.getByRole('log')).toContainText('Good morningGood morning');
    expect(asked[0]).toContain('Bearer sk-desk');
    // A million at 15 cents, a tenth of it at 60.
    await expect(
      page.getByRole('region', { name: 'The last calls' }).getByRole('row', { name: /done.*\$0\.21/ }),
    ).toBeVisible({ timeout: 45_000 });
    await page.reload();
    await expect(budgets.getByRole('row', { name: /\$0\.21/ })).toBeVisible();
    await expect(page.getByText(/wlai-/)).toHaveCount(0);
    await inspect(page, 'ai', shots);
  } finally {
    await desk.stop();
    provider.closeAllConnections();
    provider.close();
  }
});
