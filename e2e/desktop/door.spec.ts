/** Who does not get in: no token, a used one, a foreign Origin, a foreign Host. */

import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from '../fixtures/test.ts';
import { buildDesk, startDesk } from './desk.ts';

test.beforeAll(buildDesk);

function ask(port: number, path: string, headers: Record<string, string>, method = 'GET', body = '') {
  return new Promise<{ status: number; cookie: string; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const asking = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
      asking.once('response', (answer) => {
        answer.resume();
        const [cookie = ''] = answer.headers['set-cookie'] ?? [];
        resolve({ status: answer.statusCode ?? 0, cookie, headers: answer.headers });
      });
      asking.once('upgrade', (answer, socket) => {
        socket.destroy();
        resolve({ status: answer.statusCode ?? 0, cookie: '', headers: answer.headers });
      });
      asking.once('error', reject).end(body);
    },
  );
}

test('only_the_page_of_the_person_who_has_the_link_reaches_the_host', async ({ page, folder }) => {
  const desk = await startDesk({ socket: join(folder, 'nothing.sock') });
  const { port, origin } = desk;
  const host = `127.0.0.1:${port}`;
  const token = desk.url.split('token=')[1] ?? '';
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  try {
    await page.goto(origin);
    await expect(page.getByRole('heading', { name: 'This browser is not signed in' })).toBeVisible();

    expect((await ask(port, '/', { host: 'evil.example' })).status).toBe(403);
    expect((await ask(port, '/', { host: `evil.example:${port}` })).status).toBe(403);
    const wrong = [
      await ask(port, '/session', { host, origin }, 'POST', 'x'.repeat(43)),
      await ask(port, '/session', { host }, 'POST', token),
      await ask(port, '/session', { host, origin: 'https://evil.example' }, 'POST', token),
      await ask(port, '/session', { host: 'evil.example', origin }, 'POST', token),
    ];
    expect(wrong.map(({ status, cookie }) => `${status}${cookie}`)).toEqual(['403', '403', '403', '403']);

    const right = await ask(port, '/session', { host, origin }, 'POST', token);
    expect(right.status).toBe(200);
    expect(right.cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect((await ask(port, '/session', { host, origin }, 'POST', token)).status).toBe(403);

    const cookie = right.cookie.split(';')[0] ?? '';
    const lines = [
      await ask(port, '/host', { host, origin, ...upgrade }),
      await ask(port, '/host', { host, cookie, ...upgrade }),
      await ask(port, '/host', { host, origin: 'https://evil.example', cookie, ...upgrade }),
      await ask(port, '/host', { host: 'evil.example', origin, cookie, ...upgrade }),
      await ask(port, '/host', { host, origin, cookie: `${cookie}x`, ...upgrade }),
    ];
    expect(lines.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect((await ask(port, '/host', { host, origin, cookie, ...upgrade })).status).toBe(101);

    const { headers } = await ask(port, '/', { host });
    expect(String(headers['content-security-policy'])).toContain("default-src 'none'");
    expect(String(headers['content-security-policy'])).not.toContain('unsafe');
    for (const path of ['/../package.json', '/%2e%2e/headless/main.mjs', '/..%2fheadless%2fmain.mjs']) {
      expect((await ask(port, path, { host })).status).toBe(404);
    }
  } finally {
    await desk.stop();
  }
});
