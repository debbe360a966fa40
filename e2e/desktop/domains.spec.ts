/** The page about a server's domains: what browsers are shown, what to do, rules of a host, a certificate of one's own. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { example } from '../fixtures/server.ts';
import { expect, test } from '../fixtures/test.ts';
import { buildDesk, startDesk } from './desk.ts';
import { deployFolder, inspect } from './pages.ts';

const shots = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

test.beforeAll(buildDesk);
test.use({ trace: 'off' });

test('a_server_says_of_every_domain_what_browsers_are_shown_and_what_to_do', async ({ page, server }) => {
  const desk = await startDesk({ socket: join(server.data, 'control.sock') });
  const folder = mkdtempSync(join(tmpdir(), 'windlass-pair-'));
  try {
    await page.goto(desk.url);
    const here = page.getByRole('link', { name: /This computer/ }).first();
    await here.click();
    await expect(page.getByRole('heading', { name: 'Drop a folder here' })).toBeVisible();
    await deployFolder(page, 'hello', example('static'));
    await expect(page.getByText(/answers at/)).toBeVisible({ timeout: 30_000 });
    await here.click();
    await page
      .getByRole('navigation', { name: 'Views of the server' })
      .getByRole('link', { name: 'Domains' })
      .click();
    const domains = page.getByRole('region', { name: 'All domains' });
    await expect(domains.getByRole('row', { name: /hello\.localhost/ })).toContainText('Private');
    await expect(page.getByRole('heading', { name: 'Let certificates be signed' })).toBeVisible();
    await inspect(page, 'domains', shots);

    const pair = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-keyout', pair.key, '-out', pair.cert, '-days', '30', '-subj', '/CN=x'],
        ...['-addext', 'subjectAltName=DNS:hello.localhost'],
      ],
      { stdio: 'ignore' },
    );
    await page.getByLabel('Certificate, the host first (PEM)').fill(readFileSync(pair.cert, 'utf8'));
    await page.getByLabel('Its key (PEM)').fill('no key');
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect(page.getByText('the key cannot be read')).toBeVisible();
    await page.getByLabel('Its key (PEM)').fill(readFileSync(pair.key, 'utf8'));
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect(domains.getByRole('row', { name: /hello\.localhost/ })).toContainText('Secure');
    await expect(page.getByText('the key cannot be read')).toBeHidden();

    await page.getByRole('button', { name: 'Rules of hello.localhost' }).click();
    await page.getByLabel(/Tell browsers to come by HTTPS only/).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
    await page.getByRole('button', { name: 'Remove the certificate for hello.localhost' }).click();
    await expect(domains.getByRole('row', { name: /hello\.localhost/ })).toContainText('Private');
  } finally {
    await desk.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
