/** Real apps with no configuration, on a machine without Node: found out, built and served by the one file. */

import { mkdir, readdir, realpath, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { deploy, production } from './fixtures/deployment.ts';
import { processesOf } from './fixtures/leftovers.ts';
import { example, type Server, startServer, windlassFile } from './fixtures/server.ts';
import { test as base, expect } from './fixtures/test.ts';

/** What a machine must not have for these tests: every way to run JavaScript, or to install it. */
const javascript = /^(node|nodejs|npm|npx|bun|bunx|yarn|yarnpkg|pnpm|corepack|deno)$/;

const test = base.extend<{ server: Server }>({
  server: async ({ folder }, use) => {
    const server = await startServer({
      data: join(folder, 'data'),
      env: { PATH: await pathWithoutJavascript(join(folder, 'bin')) },
    });
    await use(server);
    await server.stop();
  },
});

test('an_express_app_answers_with_its_page_and_its_api', async ({ server }) => {
  await deploy(server, 'express', example('express'));
  expect((await server.get('express')).headers['content-type']).toContain('text/html');
  expect(JSON.parse((await server.get('express', '/api/notes')).body)).toMatchObject({
    release: '1',
    notes: [{ text: 'Deployed with Windlass' }],
  });
  await expectOwnRuntime(server);
});

test('a_nextjs_app_renders_and_hydrates', async ({ server, page }) => {
  test.setTimeout(240_000);
  await deploy(server, 'nextjs', example('nextjs'));
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(server.url('nextjs'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Next.js on Windlass');
  await expect(page.locator('b')).toHaveText('1');
  await page.getByRole('link', { name: '/api/hello' }).click();
  await expect(page.locator('body')).toContainText('{');
  expect(problems).toEqual([]);
  await expectOwnRuntime(server);
});

test('a_vite_react_app_becomes_files_that_run_in_the_browser', async ({ server, page }) => {
  test.setTimeout(180_000);
  await deploy(server, 'vite', example('vite-react'));
  await page.goto(`${server.url('vite')}/deep/link`);
  await expect(page.getByText('You are at /deep/link')).toBeVisible();
  const button = page.getByRole('button');
  await button.click();
  await expect(button).toHaveText('count is 1');
  expect(processesOf(server.data)).toEqual([]);
});

test('a_plain_folder_is_served_with_its_own_404', async ({ server, page }) => {
  await deploy(server, 'static', example('static'));
  await page.goto(server.url('static'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('A plain folder');
  const missing = await server.get('static', '/nowhere');
  expect(missing.status).toBe(404);
  expect(missing.body).toContain('<');
  expect(processesOf(server.data)).toEqual([]);
  expect((await production(server, 'static')).state).toBe('running');
});

/** Every process of an app is the one file, or a Node that Windlass fetched into its own data folder. */
async function expectOwnRuntime(server: Server): Promise<void> {
  const own = await realpath(windlassFile);
  const executables = processesOf(server.data).map(({ executable }) => executable);
  expect(executables.length).toBeGreaterThan(0);
  for (const executable of executables) {
    const fetched = executable.startsWith(`${server.data}/`);
    expect(fetched || executable === own, executable).toBe(true);
  }
}

/** A folder with everything of the system's but what runs JavaScript. */
async function pathWithoutJavascript(folder: string): Promise<string> {
  await mkdir(folder);
  const seen = new Set<string>();
  for (const from of ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin']) {
    for (const name of await readdir(from).catch(() => [])) {
      if (javascript.test(name) || seen.has(name)) continue;
      seen.add(name);
      await symlink(join(from, name), join(folder, basename(name)));
    }
  }
  return folder;
}
