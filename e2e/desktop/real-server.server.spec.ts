/** From a bare Debian server to a running app, and all that may happen to it later, through the pages alone. */

import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright/test';
import { hostKeyFile, startTestHost, type TestHost } from '../../tools/test-host.ts';
import { get } from '../fixtures/get.ts';
import { run } from '../fixtures/run.ts';
import { example } from '../fixtures/server.ts';
import { expect, test } from '../fixtures/test.ts';
import { until } from '../fixtures/until.ts';
import { buildDesk, startDesk } from './desk.ts';
import { deployFolder, inspect } from './pages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shots = join(root, 'docs/screenshots');

let host: TestHost;
test.beforeAll(async () => {
  await buildDesk();
  host = await startTestHost();
});
test.afterAll(() => host?.stop());
test.use({ trace: 'off' });
test.setTimeout(240_000);

const visit = () => get(host.httpPort, 'hello.localhost');
/** Of the key that sshd shows now, as its own tools have it. */
const fingerprint = async () =>
  (await host.sh('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')).split(' ')[1] ?? 'none';
const tab = (page: Page, name: string) =>
  page.getByRole('navigation', { name: /^Views of the/ }).getByRole('link', { name, exact: true });

test('a_bare_server_becomes_ones_own_and_is_left_again_through_the_pages_alone', async ({ page, folder }) => {
  const data = join(folder, 'desk');
  let desk = await startDesk({ data });
  try {
    const hello = join(folder, 'hello');
    await cp(example('hello'), hello, { recursive: true, filter: (path) => !path.includes('node_modules') });
    let from = 0;

    await test.step('its key is shown as ssh shows it, before anything is sent', async () => {
      await page.goto(desk.url);
      await page.getByRole('button', { name: 'Add a server' }).click();
      await page.getByLabel('Where').fill(`root@127.0.0.1:${host.sshPort}`);
      await page.getByLabel('Name').fill('box');
      await page.getByRole('radio', { name: 'Key file' }).check();
      await page.getByLabel('Key file', { exact: true }).last().fill(hostKeyFile);
      from = performance.now();
      await page.getByRole('button', { name: 'Look at its key' }).click();
      const shown = page.getByRole('region', { name: 'Compare the fingerprint' });
      await expect(shown).toContainText(await fingerprint());
      await inspect(page, 'fingerprint', shots);
      expect(await host.sh("journalctl -u ssh --no-pager | grep -c 'Accepted' || true")).toBe('0\n');
      await shown.getByRole('button', { name: 'It is the same' }).click();
    });
    await test.step('the plan is there before anything is changed, and one button carries it out', async () => {
      await expect(page.getByRole('heading', { name: 'A bare server' })).toBeVisible();
      await inspect(page, 'bare', shots);
      await page.getByRole('button', { name: 'See the plan' }).click();
      const steps = page.getByRole('list', { name: 'Steps' });
      await expect(steps.getByText('The windlass file')).toBeVisible();
      await page.getByRole('checkbox', { name: /^Security updates/ }).uncheck();
      await page.getByRole('checkbox', { name: /^Firewall/ }).check();
      await page.getByRole('button', { name: 'Look again' }).click();
      await expect(steps.getByText('closes every port but 22, 80, 443')).toBeVisible();
      await expect(page.getByText('Nothing was changed yet')).toBeVisible();
      await inspect(page, 'setup', shots);
      expect(await host.sh('ls /usr/local/lib /etc/systemd/system')).not.toContain('windlass');
      await page.getByRole('button', { name: 'Set it up' }).click();
      await expect(page.getByText(/6 steps changed something, in/)).toBeVisible({ timeout: 60_000 });
      await expect(page.getByText(/^all 16 things are as they were set up/)).toBeVisible();
      await inspect(page, 'setup-done', shots);
      await page.getByRole('button', { name: 'Open the server' }).click();
    });
    await test.step('a folder is live on its port 80 within a minute of the first click', async () => {
      await expect(page.getByRole('heading', { name: 'Drop a folder here' })).toBeVisible();
      await inspect(page, 'empty-server', shots);
      await deployFolder(page, 'hello', hello);
      await expect(page.getByText(/answers at/)).toBeVisible({ timeout: 30_000 });
      expect((await visit()).body).toContain('Hello from your own server');
      const seconds = (performance.now() - from) / 1000;
      console.log(`first app through the pages after ${seconds.toFixed(1)} s, pictures included`);
      expect(seconds).toBeLessThan(60);
    });
    await test.step('a second version, a broken one, and back to the first', async () => {
      const file = join(hello, 'server.js');
      const first = await readFile(file, 'utf8');
      await writeFile(file, first.replace(/greeting = '[^']*'/, "greeting = 'Second.'"));
      await deployFolder(page, 'hello', hello);
      await expect(page.getByText(/Release 2,.*answers at/)).toBeVisible({ timeout: 30_000 });
      await writeFile(file, `throw new Error('no database');\n${first}`);
      await deployFolder(page, 'hello', hello);
      await expect(page.getByRole('alert')).toContainText('no database', { timeout: 30_000 });
      expect((await visit()).body).toContain('Second.');
      await page.getByRole('button', { name: 'Roll back' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
      await until('release 1 answers', async () =>
        (await visit()).body.includes('Hello from your own server'),
      );
    });
    await test.step('its log, and a shell beside it', async () => {
      await tab(page, 'Logs').click();
      await expect(page.getByRole('log')).toContainText('no database');
      await tab(page, 'Terminal').click();
      await page.getByRole('button', { name: 'Open a shell' }).click();
      const terminal = page.getByRole('region', { name: 'Terminal in hello' });
      await expect(terminal).toContainText(/[$#]/, { timeout: 20_000 });
      await page.keyboard.type('echo "in $WINDLASS_APP" release $WINDLASS_RELEASE; ls\n');
      await expect(terminal).toContainText('in hello release 1');
      await expect(terminal).toContainText('server.js');
      await inspect(page, 'terminal', shots);
      await terminal.getByRole('textbox').focus();
      await page.keyboard.type('exit\n');
      await expect(page.getByText('The shell has ended')).toBeVisible();
    });
    await test.step('after a reboot everything is back by itself', async () => {
      await page.getByRole('link', { name: 'box' }).first().click();
      await host.sh('systemctl reboot').catch(() => '');
      await expect(page.getByRole('alert')).toContainText(/lost|refuses/, { timeout: 30_000 });
      await inspect(page, 'unreachable', shots);
      await expect(page.getByRole('region', { name: 'Apps' }).getByText('running')).toBeVisible({
        timeout: 60_000,
      });
      expect((await visit()).body).toContain('Hello from your own server');
    });
    await test.step('what somebody changed by hand is shown, and a button mends it', async () => {
      await host.sh(
        'nft delete table inet windlass; rm /etc/sysctl.d/60-windlass.conf; systemctl disable windlass 2>/dev/null',
      );
      await tab(page, 'Setup').click();
      const changed = page.getByRole('list', { name: 'What changed' });
      await expect(changed.getByRole('listitem')).toHaveCount(3);
      await expect(changed).toContainText('a repair closes every port but 22, 80, 443');
      await inspect(page, 'drift', shots);
      await page.getByRole('button', { name: 'Repair' }).click();
      await expect(page.getByText(/^all 16 things are as they were set up/)).toBeVisible({ timeout: 30_000 });
      expect(await host.sh('systemctl is-enabled windlass; nft list table inet windlass')).toContain(
        'enabled',
      );
    });
    await test.step('another desktop brings a newer file, and no request notices', async () => {
      await desk.stop();
      desk = await startDesk({ data, files: await newerFile(join(folder, 'newer')) });
      await page.goto(desk.url);
      await page.getByRole('link', { name: 'box' }).first().click();
      await page.getByRole('button', { name: 'Connect' }).click();
      await expect(page.getByText('One thing is no longer as it was set up')).toBeVisible({
        timeout: 20_000,
      });
      await tab(page, 'Setup').click();
      await page.getByRole('button', { name: 'Upgrade' }).click();
      await expect(page.getByText(/^From 0\.\S+ to /)).toBeVisible({ timeout: 60_000 });
      await tab(page, 'Overview').click();
      await expect(page.getByText('9.9.9')).toBeVisible({ timeout: 20_000 });
      expect((await visit()).body).toContain('Hello from your own server');
    });
    await test.step('leaving takes everything away but the data of the apps', async () => {
      await tab(page, 'Setup').click();
      await page.getByRole('button', { name: 'Uninstall' }).click();
      const dialog = page.getByRole('alertdialog');
      await inspect(page, 'uninstall', shots);
      await dialog.getByLabel(/^Type/).fill('box');
      await dialog.getByRole('button', { name: 'Uninstall' }).click();
      await expect(page.getByText('Windlass is gone; the data of its apps are still in')).toBeVisible({
        timeout: 30_000,
      });
      expect(
        await host.sh("ss -Hltn 'sport = :80'; systemctl list-units --plain --no-legend 'windlass*'"),
      ).toBe('');
      expect(await host.sh('ls /var/lib/windlass')).toContain('control.db');
      expect(
        await host.sh('nft list ruleset; ls /usr/local/bin /usr/local/lib /etc/systemd/system'),
      ).not.toContain('windlass');
    });
    await test.step('a machine that says it is the server, with another key, is told as that', async () => {
      await host.sh(
        "rm /etc/ssh/ssh_host_*; ssh-keygen -A >/dev/null; systemctl restart ssh; pkill -f '[s]shd: root'",
      );
      await page.getByRole('link', { name: 'box' }).first().click();
      await expect(page.getByRole('alert')).toContainText('with another key than before; nothing was sent', {
        timeout: 30_000,
      });
      await inspect(page, 'key-changed', shots);
      await page.getByRole('button', { name: 'I know why: compare the new key' }).click();
      const shown = page.getByRole('region', { name: 'Compare the fingerprint' });
      await expect(shown).toContainText(await fingerprint());
    });
  } finally {
    await desk.stop();
  }
});

/** A folder with a file of another version, signed as by whoever packaged this desktop. */
async function newerFile(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const bun = join(root, 'node_modules/.bin/bun');
  const file = join(folder, 'windlass');
  const { code, stderr } = await run([bun, join(root, 'tools/build/signed-file.ts'), file, '9.9.9']);
  if (code !== 0) throw new Error(`no newer file: ${stderr}`);
  return folder;
}
