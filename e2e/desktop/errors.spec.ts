/** Errors and replays on the desktop: found in the list, looked at with their source, decided of, watched as a timeline. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Issue } from '../../shared/errors/contract.ts';
import { askAt } from '../fixtures/ask.ts';
import { writeFiles } from '../fixtures/files.ts';
import { processesOf } from '../fixtures/leftovers.ts';
import { serverInfo } from '../fixtures/server-info.ts';
import { expect, test } from '../fixtures/test.ts';
import { buildDesk, startDesk } from './desk.ts';
import { inspect, openThisComputer } from './pages.ts';

const shots = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const trace = 'b'.repeat(32);
const replay = 'c'.repeat(32);
const event = 'a'.repeat(32);

/** The page of the replay, as rrweb writes down a document. */
const cart = {
  ...{ type: 0, id: 1 },
  childNodes: [
    {
      ...{ type: 2, tagName: 'html', attributes: {}, id: 2 },
      childNodes: [
        { type: 2, tagName: 'head', attributes: {}, childNodes: [], id: 3 },
        {
          ...{ type: 2, tagName: 'body', attributes: {}, id: 4 },
          childNodes: [
            {
              ...{ type: 2, tagName: 'h1', attributes: {}, id: 5 },
              childNodes: [{ type: 3, textContent: 'Your cart', id: 6 }],
            },
            {
              ...{ type: 2, tagName: 'button', attributes: { id: 'pay' }, id: 7 },
              childNodes: [{ type: 3, textContent: 'Pay', id: 8 }],
            },
          ],
        },
      ],
    },
  ],
};

test.beforeAll(buildDesk);
test.use({ trace: 'off' });

test('an_issue_is_found_looked_at_resolved_and_its_replay_read', async ({ page, folder }) => {
  test.setTimeout(150_000);
  const desk = await startDesk({ data: join(folder, 'desk') });
  const data = join(folder, 'desk/local-server');
  const ask = askAt(data);
  const frames: string[] = [];
  page.on('websocket', (line) => line.on('framesent', ({ payload }) => frames.push(String(payload))));
  try {
    await page.goto(desk.url);
    await page.getByRole('button', { name: 'Use this computer' }).click();
    await expect(page.getByRole('heading', { name: 'Drop a folder here' })).toBeVisible({ timeout: 20_000 });
    const site = await writeFiles(join(folder, 'site'), { 'index.html': '<p>shop</p>' });
    await ask('deploy', 'shop', '--dir', site);
    const dsn = async () => new URL((await ask<{ dsn: string }>('issues', 'setup', 'shop')).dsn);
    const now = Date.now() / 1000;
    const frame = {
      filename: 'src/cart.js',
      function: 'checkTotal',
      lineno: 4,
      colno: 11,
      in_app: true,
      pre_context: ['function checkTotal(order) {'],
      context_line: "  throw new RangeError('too much');",
      post_context: ['}'],
    };
    const items = [
      {
        platform: 'javascript',
        exception: {
          values: [
            {
              type: 'RangeError',
              value: 'too much',
              stacktrace: {
                frames: [{ filename: 'node_modules/react.js', function: 'call', in_app: false }, frame],
              },
            },
          ],
        },
        breadcrumbs: [{ timestamp: now, category: 'ui.click', message: 'button#pay' }],
        contexts: { trace: { trace_id: trace, span_id: '1'.repeat(16) }, replay: { replay_id: replay } },
        tags: { plan: 'pro' },
      },
      {
        transaction: 'GET /cart',
        start_timestamp: now,
        timestamp: now + 0.2,
        contexts: { trace: { trace_id: trace, span_id: '1'.repeat(16), op: 'pageload' } },
      },
    ];
    const about = {
      replay_id: replay,
      segment_id: 0,
      timestamp: now,
      replay_start_timestamp: now - 5,
      urls: ['http://shop/cart'],
      error_ids: [event],
      trace_ids: [trace],
    };
    const recorded = [
      { type: 4, timestamp: (now - 5) * 1000, data: { href: 'http://shop/cart', width: 1024, height: 400 } },
      { type: 2, timestamp: (now - 5) * 1000, data: { node: cart, initialOffset: { top: 0, left: 0 } } },
      {
        type: 5,
        timestamp: now * 1000,
        data: { tag: 'breadcrumb', payload: { category: 'ui.click', message: 'button#pay' } },
      },
    ];
    const recording = `{"segment_id":0}\n${JSON.stringify(recorded)}`;
    const send = async (header: object, ...parts: [type: string, payload: string][]) => {
      const lines = parts.flatMap(([type, payload]) => [
        JSON.stringify({ type, length: Buffer.byteLength(payload) }),
        payload,
      ]);
      const url = await dsn();
      const answer = await fetch(`${url.origin}/.windlass/api/1/envelope/?sentry_key=${url.username}`, {
        method: 'POST',
        body: [JSON.stringify(header), ...lines].join('\n'),
      });
      expect(answer.status).toBe(200);
    };
    await send(
      { event_id: event },
      ['event', JSON.stringify(items[0])],
      ['transaction', JSON.stringify(items[1])],
    );
    await send(
      { event_id: replay },
      ['replay_event', JSON.stringify(about)],
      ['replay_recording', recording],
    );

    await page.goto(`${desk.origin}/servers`);
    await openThisComputer(page);
    await page.getByRole('link', { name: /shop/ }).first().click();
    await page.getByRole('link', { name: 'Errors' }).click();
    await expect(page.getByRole('table', { name: 'Issues' })).toContainText('RangeError');
    await inspect(page, 'errors', shots);

    await page.getByRole('link', { name: /RangeError/ }).click();
    await expect(page.getByText("throw new RangeError('too much')")).toBeVisible();
    await expect(page.getByText('node_modules/react.js')).toBeHidden();
    await page.getByRole('button', { name: 'All 2 frames' }).click();
    await expect(page.getByText('node_modules/react.js')).toBeVisible();
    await inspect(page, 'issue', shots);
    await page
      .getByRole('table', { name: 'Events of the issue' })
      .getByRole('link', { name: /ago|just now/ })
      .click();
    await expect(page.getByRole('link', { name: 'Its issue' })).toBeVisible();
    await expect(page.getByRole('table', { name: 'Breadcrumbs' })).toContainText('button#pay');
    await expect(page.getByRole('table', { name: 'Pages before it' })).toContainText('/cart');
    await expect(page.getByText('From the recorded session it belongs to.')).toBeVisible();
    await inspect(page, 'event', shots);
    await page.getByRole('link', { name: 'Its issue' }).click();
    await page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Open again' })).toBeVisible();
    const { issues } = await ask<{ issues: Issue[] }>('issues', 'shop', '--state', 'resolved');
    expect(issues).toHaveLength(1);

    await page.getByRole('link', { name: 'Its trace' }).click();
    await expect(page.getByRole('table', { name: 'Spans of the trace' })).toContainText('GET /cart');
    await expect(page.getByRole('link', { name: /^Replay c+$/ })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Its issue' })).toBeVisible();
    await inspect(page, 'trace', shots);
    await page.getByRole('link', { name: 'Replays' }).click();
    await expect(page.getByRole('table', { name: 'Replays' })).toContainText('http://shop/cart');
    await inspect(page, 'replays', shots);
    await page.getByRole('table', { name: 'Replays' }).getByRole('link').click();
    await expect(page.getByRole('table', { name: 'Timeline of the replay' })).toContainText('button#pay');
    await expect(page.frameLocator('iframe[title="The recorded page"]').getByText('Your cart')).toBeVisible();
    await expect(page.getByRole('link', { name: /^Trace b+$/ })).toBeVisible();
    await inspect(page, 'replay', shots);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const file = join(folder, 'replay.json');
    await (await download).saveAs(file);
    await page.getByRole('link', { name: 'Errors', exact: true }).click();
    await page.getByRole('link', { name: 'Set up' }).click();
    await expect(page.getByText((await dsn()).username).first()).toBeVisible();

    const complaints: string[] = [];
    // The frame of a replay refuses the scripts that look for faults in it, and says so.
    const refusal = /^Blocked script execution in .*frame is sandboxed/;
    page.on('console', (message) => {
      if (message.type() === 'error' && !refusal.test(message.text())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await test.step('without the server its latest issues are shown, and that they are a copy', async () => {
      // The list is what a copy is finished with.
      const copies = () => readdir(join(folder, 'desk/copies'), { recursive: true }).catch(() => []);
      await expect.poll(async () => (await copies()).some((path) => path.endsWith('/list'))).toBe(true);
      process.kill((await serverInfo(data)).pid, 'SIGKILL');
      await page.getByRole('link', { name: 'Issues', exact: true }).click();
      const copied = page.getByText(/this is the copy on this computer, of /);
      await expect(copied).toBeVisible({ timeout: 30_000 });
      await expect(page.getByRole('table', { name: 'Issues' })).toContainText('RangeError');
      await inspect(page, 'errors-copy', shots);
      await page.getByRole('link', { name: /RangeError/ }).click();
      await expect(page.getByText("throw new RangeError('too much')")).toBeVisible();
      await expect(copied).toBeVisible();
    });
    await test.step('a downloaded replay plays without the server, and nothing of it leaves the page', async () => {
      await page.getByRole('link', { name: 'Replays' }).click();
      const sent: string[] = [];
      page.on('request', (request) => sent.push(request.url()));
      await page.keyboard.press('Control+K');
      await page.keyboard.type('replay from a file');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { name: 'Drop a replay here' })).toBeVisible();
      await page.getByLabel('Replay file').setInputFiles({
        ...{ name: 'other.json', mimeType: 'application/json' },
        buffer: Buffer.from('{"events":[]}'),
      });
      await expect(page.getByText('This file is no recording: it is no list of events')).toBeVisible();
      await page.getByLabel('Replay file').setInputFiles(file);
      await expect(
        page.frameLocator('iframe[title="The recorded page"]').getByText('Your cart'),
      ).toBeVisible();
      await expect(page.getByRole('table', { name: 'Timeline of the replay' })).toContainText('button#pay');
      const harmless = /^data:|^about:blank$|\/icon\.svg$/;
      expect(sent.filter((url) => !harmless.test(url))).toEqual([]);
      expect(frames.length).toBeGreaterThan(10);
      expect(frames.filter((frame) => frame.includes('Your cart'))).toEqual([]);
      await inspect(page, 'replay-file', shots);
    });
    await test.step('once it is back, its own are', async () => {
      await openThisComputer(page);
      await page.getByRole('button', { name: 'Start it' }).click();
      await page.getByRole('link', { name: /shop/ }).first().click({ timeout: 30_000 });
      await send({ event_id: 'd'.repeat(32) }, ['event', JSON.stringify({ message: 'Out of stock' })]);
      await page.getByRole('link', { name: 'Errors' }).click();
      await expect(page.getByRole('table', { name: 'Issues' })).toContainText('Out of stock', {
        timeout: 20_000,
      });
      await expect(page.getByRole('table', { name: 'Issues' })).not.toContainText('RangeError');
      await expect(page.getByText(/this is the copy on this computer/)).toBeHidden();
    });
    expect(complaints).toEqual([]);
  } finally {
    await desk.stop();
    for (const { pid } of processesOf(data)) process.kill(pid, 'SIGKILL');
  }
});
