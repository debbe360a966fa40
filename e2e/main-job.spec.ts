/** The main job, as its first user does it: serve, deploy, look, change, deploy again, go back. */

import { existsSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askConstantly } from './fixtures/asker.ts';
import { production } from './fixtures/deployment.ts';
import { example } from './fixtures/server.ts';
import { expect, test } from './fixtures/test.ts';

/** Kept with the documentation; taken again with WINDLASS_SCREENSHOTS=1, as it differs in every run. */
const screenshot = fileURLToPath(new URL('../docs/screenshots/hello.png', import.meta.url));
const greeting = 'Hello from your own server';
const changed = 'Hello again';

test('an_app_is_deployed_changed_and_rolled_back_and_the_browser_sees_it', async ({
  server,
  folder,
  page,
}) => {
  const source = join(folder, 'hello');
  await cp(example('hello'), source, { recursive: true });

  const first = await server.cli('deploy', 'hello', '--dir', source);
  expect(first, first.stderr).toMatchObject({ code: 0 });
  expect(first.stdout).toContain(server.url('hello'));
  expect(first.stdout).toContain('hello is live: release 1');

  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico'))
      problems.push(message.text());
  });
  await page.goto(server.url('hello'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(greeting);
  await expect(page).toHaveTitle('hello · release 1');
  await expect(page.getByRole('definition').first()).toHaveText('1');
  if (process.env.WINDLASS_SCREENSHOTS || !existsSync(screenshot)) {
    await page.screenshot({ path: screenshot, animations: 'disabled' });
  }
  await page.getByRole('link', { name: '/api/hello' }).click();
  await expect(page.locator('body')).toContainText(`"greeting":"${greeting}"`);

  const file = join(source, 'server.js');
  await writeFile(file, (await readFile(file, 'utf8')).replace(greeting, changed));
  const second = await server.cli('deploy', 'hello', '--dir', source);
  expect(second, second.stderr).toMatchObject({ code: 0 });
  expect(second.stdout).toContain('windlass rollback hello');
  await page.goto(server.url('hello'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(changed);
  await expect(page).toHaveTitle('hello · release 2');

  const back = await server.cli('rollback', 'hello');
  expect(back, back.stderr).toMatchObject({ code: 0 });
  expect(back.stdout).toContain('hello is back on release 1 (warm)');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(greeting);
  await expect(page).toHaveTitle('hello · release 1');
  expect((await production(server, 'hello')).liveRelease).toBe(1);
  expect(problems).toEqual([]);
});

test('no_request_is_lost_while_an_app_is_restarted_scaled_and_given_variables', async ({ server }) => {
  expect(await server.cli('deploy', 'hello', '--dir', example('hello'))).toMatchObject({ code: 0 });
  const asker = askConstantly(server, 'hello');
  for (const argv of [
    ['restart', 'hello'],
    ['scale', 'hello', '2'],
    ['env', 'hello', 'set', 'COLOUR=blue', '--apply'],
  ]) {
    const { code, stderr } = await server.cli(...argv);
    expect(code, `${argv.join(' ')}: ${stderr}`).toBe(0);
  }
  await asker.stop();
  expect([...asker.answers.keys()].filter((answer) => !answer.startsWith('200 '))).toEqual([]);
  const { instances, liveRelease } = await production(server, 'hello');
  expect(instances.filter(({ release }) => release === liveRelease)).toHaveLength(2);
});

test('a_paused_app_holds_requests_and_loses_none', async ({ server }) => {
  expect(await server.cli('deploy', 'site', '--dir', example('static'))).toMatchObject({ code: 0 });
  await server.ask('pause', 'site');
  let answered = false;
  const held = server.get('site').finally(() => {
    answered = true;
  });
  // The server has answered twice since: an app that is not paused would have, too.
  await server.ask('status', 'site');
  await server.ask('status', 'site');
  expect(answered).toBe(false);
  await server.ask('resume', 'site');
  expect((await held).status).toBe(200);
});

test('a_host_without_an_app_gets_a_plain_404_and_no_app', async ({ server }) => {
  expect(await server.cli('deploy', 'hello', '--dir', example('hello'))).toMatchObject({ code: 0 });
  for (const app of ['ghost', 'admin']) {
    const answer = await server.get(app);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain(greeting);
  }
});
