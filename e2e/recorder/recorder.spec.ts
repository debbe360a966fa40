/** Our own recorder, in a real browser on a real app: off until it is wanted, late, and nothing a person reads or types is stored. */

import { join } from 'node:path';
import type { Browser, Page, Request } from 'playwright/test';
import type { Replay } from '../../shared/replay/contract.ts';
import { launchAsPerson } from '../analytics/site.ts';
import { buildDesk, startDesk } from '../desktop/desk.ts';
import { inspect } from '../desktop/pages.ts';
import { deploy } from '../fixtures/deployment.ts';
import { writeFiles } from '../fixtures/files.ts';
import { post } from '../fixtures/post.ts';
import { run } from '../fixtures/run.ts';
import { wordsStored } from '../fixtures/search-stored.ts';
import type { Server } from '../fixtures/server.ts';
import { expect, test } from '../fixtures/test.ts';
import { recordedFiles, shapeOf } from './pages.ts';

const sentryPage = new URL('../../.cache/clients/sentry-sdks/page/', import.meta.url).pathname;
let browser: Browser;

test.beforeAll(async ({ browserName: _ }, info) => {
  await buildDesk();
  browser = await launchAsPerson(info.project.use.launchOptions ?? {});
});
test.afterAll(() => browser.close());
test.use({ trace: 'off', actionTimeout: 15_000 });

test('what_is_recorded_plays_as_it_was_and_no_word_of_it_is_stored', async ({ server, folder }, info) => {
  test.setTimeout(120_000);
  await deployPages(server, folder);
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  const page = await context.newPage();
  const asked = requestsOf(page);
  const loaded = () =>
    page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve))));

  await test.step('nothing is asked for before somebody chose it', async () => {
    await page.goto(server.url('shop'));
    await loaded();
    expect(asked.filter((url) => url.includes('/replay'))).toEqual([]);
    expect((await server.get('shop', '/.windlass/replay/options')).status).toBe(204);
  });

  await server.ask(
    'replays',
    'record',
    'shop',
    'on',
    'sample=100%',
    'unmask=.shown',
    'block=.private',
    'left-out=/private/*',
  );
  const words = new Set<string>();
  const collect = async () => {
    for (const word of await page.evaluate(wordsOf)) words.add(word);
  };

  await test.step('it comes after everything else of the page', async () => {
    await recordedFrom(page, () => page.goto(server.url('shop')));
    const times = await page.evaluate(() => {
      const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      const recorder = performance
        .getEntriesByType('resource')
        .find(({ name }) => name.includes('/recorder-'));
      return { loaded: navigation?.loadEventEnd ?? 0, recorder: recorder?.startTime ?? 0 };
    });
    expect(times.loaded).toBeGreaterThan(0);
    expect(times.recorder).toBeGreaterThanOrEqual(times.loaded);
  });

  await collect();
  await page.locator('#name').fill('Typedname Surname');
  await page.locator('#secret').fill('Hunterpass');
  await page.locator('#again').fill('Hunteragain');
  await page.locator('#number').fill('4111111111111111');
  await page.locator('#cardnumber').fill('4242424242424242');
  await page.locator('#amount').fill('visibletyped 4000-0566-5566-5556');
  await page.locator('#note').fill('Notable and Quotable');
  await page.locator('#free').fill('Freewritten');
  await page.locator('#choice').selectOption('Valuetwo');
  await page.locator('#agree').check();
  await page.evaluate(() => {
    const paid = document.getElementById('paid');
    if (paid !== null) paid.textContent = 'visiblepaid with 5555 5555 5555 4444';
  });
  await page.locator('#grow').click({ clickCount: 3, delay: 5 });
  await page.locator('#ask').click();
  await page.locator('#fail').click();
  await page.locator('#route').click();
  await page.locator('#dead').click();
  await collect();
  await expect.poll(async () => (await replaysOf(server))[0]?.counts?.dead, { timeout: 15_000 }).toBe(1);
  await page.evaluate(() => {
    const scrolled = new Promise((resolve) => addEventListener('scroll', resolve, { once: true }));
    window.scrollTo(0, 789);
    return scrolled;
  });
  const recorded = await page.evaluate(shapeOf);
  // The same tab goes on with the same session; what was not sent yet is sent as the page goes.
  await recordedFrom(page, () => page.goto(`${server.url('shop')}/next.html`));
  const before = asked.length;
  await page.goto(`${server.url('shop')}/private/`);
  await loaded();
  expect(asked.slice(before).filter((url) => url.includes('/recorder-'))).toEqual([]);
  expect(await page.evaluate(() => document.cookie)).toBe('');
  expect(await page.evaluate(() => [Object.keys(sessionStorage), Object.keys(localStorage)])).toEqual([
    ['windlass_replay'],
    [],
  ]);
  expect(await context.cookies()).toEqual([]);
  await context.close();

  const [replay, ...others] = await replaysOf(server);
  expect(others).toEqual([]);
  expect(replay).toMatchObject({
    kind: 'session',
    user: null,
    release: 'shop@1',
    browser: 'Chrome',
    urls: ['/', '/routed', '/next.html'],
    counts: { rage: 1, dead: 1, errors: 1 },
  });

  await test.step('the desktop plays it', async () => {
    const desk = await startDesk({ socket: join(server.data, 'control.sock') });
    const viewer = await browser.newContext();
    try {
      const player = await viewer.newPage();
      await player.goto(desk.url);
      await expect(player.getByRole('heading', { name: 'Servers' })).toBeVisible();
      await player.goto(
        `${desk.origin}/servers/local/apps/shop/replays/on/${encodeURIComponent('/next.html')}`,
      );
      const list = player.getByRole('table', { name: 'Replays' });
      await expect(list.getByRole('link')).toHaveCount(1);
      await expect(player.getByRole('button', { name: 'Stop recording' })).toBeVisible();
      await inspect(player, 'recording', info.outputDir);
      await player.getByLabel('Page', { exact: true }).fill('/elsewhere');
      await expect(player.getByText('None of the replays is like that.')).toBeVisible();
      await player.getByLabel('Page', { exact: true }).fill('/rou*');
      await player.getByLabel('With rage clicks').check();
      await list.getByRole('link').click();
      const table = player.getByRole('table', { name: 'Timeline of the replay' });
      for (const [kind, text] of [
        ['page', '/routed'],
        ['click', 'button#grow'],
        ['rage', 'button#grow'],
        ['dead', 'button#dead'],
        ['network', '/*/here 404'],
        ['console', 'error (string, object)'],
        ['error', 'TypeError at /app.js'],
      ] as const) {
        await expect(table.locator(`tr[data-kind=${kind}]`).filter({ hasText: text })).not.toHaveCount(0);
      }
      // Before the second page begins: the last moment of the first one.
      const second = table.locator('tr[data-kind=page]').filter({ hasText: '/next.html' }).first();
      await expect(second).toBeVisible();
      await player.getByRole('button', { name: 'Go to dead: button#dead' }).click();
      const frame = player.frameLocator('section[aria-label="The recorded page"] iframe').locator('body');
      await expect(frame.locator('#grown > li')).toHaveCount(3);
      const shape = await frame.evaluate(shapeOf);
      expect({ ...shape, scrolled: 0 }).toEqual({ ...recorded, scrolled: 0 });
      await expect(frame.locator('#stock')).toHaveText('visiblestock');
      await expect(frame.locator('#name')).toHaveValue(/^\*+$/);
      await expect(frame.locator('#secret')).toHaveValue('********');
      await inspect(player, 'own-replay', info.outputDir);
    } finally {
      await viewer.close();
      await desk.stop();
    }
  });

  const kept = [join(server.data, 'replays')];
  // What may be read is found, so what is not found is not there.
  const shown = ['visiblestock', 'visibletyped', 'visiblepaid', 'data-who', 'button#grow'];
  expect((await wordsStored(kept, shown)).sort()).toEqual([...shown].sort());
  const said = [...words, ...written(), '4111111111111111', '4242424242424242', '5566-5556', '5555 4444'];
  expect(said.length).toBeGreaterThan(60);
  expect(await wordsStored(kept, said)).toEqual([]);

  await server.ask('replays', 'remove', replay?.id ?? '');
  expect(await wordsStored(kept, shown)).toEqual([]);
});

test('on_an_error_the_minute_before_it_is_sent_and_without_one_nothing', async ({ server, folder }) => {
  await deployPages(server, folder);
  await server.ask('replays', 'record', 'shop', 'on', 'sample=0', 'on-error=100%');
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked = requestsOf(page);
  const started = page.waitForEvent('requestfinished', isRecorder);
  await page.goto(server.url('shop'));
  await started;
  await page.locator('#grow').click();
  await page.locator('#dead').click();
  // Longer than it takes until a part is sent: the dead click is told after 3 s, a part is cut after 5.
  await page.clock.install();
  await page.clock.runFor(10_000);
  expect(asked.filter((url) => url.includes('/segment'))).toEqual([]);
  const sent = page.waitForResponse((answer) => isSegment(answer.request()) && answer.status() === 202);
  await page.locator('#fail').click();
  await sent;
  const [replay] = await replaysOf(server);
  expect(replay).toMatchObject({ kind: 'buffer', counts: { errors: 1 } });
  const events = JSON.parse((await server.cli('replays', 'export', replay?.id ?? '')).stdout);
  expect(JSON.stringify(events)).toContain('button#grow');

  await server.ask('replays', 'record', 'shop', 'off');
  const gone = page.waitForResponse((answer) => isSegment(answer.request()) && answer.status() === 410);
  await page.locator('#grow').click();
  await page.clock.runFor(6000);
  await gone;
  await context.close();
});

test('who_asks_not_to_be_tracked_is_not_and_forged_parts_are_refused', async ({ server, folder }) => {
  await deployPages(server, folder);
  await server.ask('replays', 'record', 'shop', 'on', 'sample=100%');
  for (const wish of ['globalPrivacyControl', 'doNotTrack']) {
    const context = await browser.newContext();
    await context.addInitScript((name) => {
      Object.defineProperty(navigator, name, { value: name === 'doNotTrack' ? '1' : true });
    }, wish);
    const page = await context.newPage();
    const asked = requestsOf(page);
    await page.goto(server.url('shop'));
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve, 100))));
    expect(asked.some((url) => url.includes('/replay/start.js'))).toBe(true);
    expect(asked.filter((url) => /options|recorder-|segment/.test(url))).toEqual([]);
    await context.close();
  }
  const about = JSON.stringify({ replay_id: 'a'.repeat(32), segment_id: 0 });
  const send = (body: string, headers: Record<string, string>) =>
    post(server.port, new URL(server.url('shop')).host, '/.windlass/replay/segment', body, headers);
  const own = { origin: server.url('shop') };
  expect(await send(`${about}\n{"segment_id":0}\n[]`, {})).toBe(403);
  expect(await send(`${about}\n{"segment_id":0}\n[]`, { origin: 'https://evil.example' })).toBe(403);
  expect(await send(`${about}\n{"segment_id":0}\n[]`, { ...own, 'sec-gpc': '1' })).toBe(410);
  expect(await send('nonsense', own)).toBe(400);
  expect(await send('x'.repeat(3 * 1024 ** 2), own)).toBe(413);
  expect(await replaysOf(server)).toEqual([]);
});

for (const [version, sdk] of [
  ['11', '@sentry/browser'],
  ['10', 'sentry-browser-10'],
] as const) {
  test(`an_error_that_sentry_${version}_sends_and_the_recording_know_each_other`, async ({
    server,
    folder,
  }) => {
    const built = join(folder, 'built');
    const made = await run(['node', join(sentryPage, 'build.mjs')], {
      env: { ...process.env, OUT: built, SDK: sdk },
    });
    expect(made.code, made.stderr).toBe(0);
    await deploy(server, 'shop', built);
    const { dsn } = await server.ask<{ dsn: string }>('issues', 'setup', 'shop');
    await server.ask('replays', 'record', 'shop', 'on', 'sample=0', 'on-error=100%');
    const context = await browser.newContext();
    const page = await context.newPage();
    const started = page.waitForEvent('requestfinished', isRecorder);
    await page.goto(`${server.url('shop')}/?dsn=${encodeURIComponent(dsn)}`);
    await started;
    const kept = page.waitForResponse((answer) => isSegment(answer.request()) && answer.status() === 202);
    await page.locator('#pay').click();
    await page.evaluate('flushSentry()');
    await kept;
    // What names the error goes out with what follows it, at the latest as the page goes.
    await page.goto(`${server.url('shop')}/?gone`);
    const { issues } = await server.ask<{ issues: { id: string }[] }>('issues', 'shop');
    expect(issues).toHaveLength(1);
    let replay: Replay | undefined;
    await expect
      .poll(async () => {
        [replay] = await replaysOf(server);
        return replay?.errors.length;
      })
      .toBe(1);
    const [event = ''] = replay?.errors ?? [];
    const found = await server.ask<{ replays: Replay[] }>('replays', 'shop', '--error', event);
    expect(found.replays.map(({ id }) => id)).toEqual([replay?.id]);
    const shown = await server.ask<unknown>('issues', 'show', issues[0]?.id ?? '');
    expect(JSON.stringify(shown)).toContain(replay?.id ?? 'none');
    // With the SDK's own recorder in the page, ours stays out of it.
    const asked = requestsOf(page);
    const own = page.waitForEvent('requestfinished', isRecorder);
    await page.goto(`${server.url('shop')}/?replay=zlib&dsn=${encodeURIComponent(dsn)}`);
    await own;
    await page.locator('#refund').click();
    await page.evaluate('flushSentry()');
    expect(asked.filter((url) => url.includes('/replay/segment'))).toEqual([]);
    await context.close();
  });
}

async function deployPages(server: Server, folder: string): Promise<void> {
  const site = join(folder, 'site');
  await writeFiles(site, recordedFiles);
  await deploy(server, 'shop', site);
}

async function replaysOf(server: Server): Promise<Replay[]> {
  return (await server.ask<{ replays: Replay[] }>('replays', 'shop')).replays;
}

const isSegment = (request: Request) => request.url().endsWith('/replay/segment');
const isRecorder = (request: Request) => request.url().includes('/replay/recorder-');

/** Resolves once the first part of the page is on the server's disk. */
async function recordedFrom(page: Page, go: () => Promise<unknown>): Promise<void> {
  const kept = page.waitForResponse(
    (answer) =>
      isSegment(answer.request()) && answer.status() === 202 && answer.request().frame() === page.mainFrame(),
  );
  await go();
  await kept;
}

function requestsOf(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  return asked;
}

/** In a page: every word of five letters and more that a person could read, hear or type; not what the owner shows. */
function wordsOf(): string[] {
  const said: string[] = [document.title];
  const look = (root: ParentNode & Node) => {
    for (const each of root.querySelectorAll<HTMLElement>('*')) {
      if (each.shadowRoot !== null) look(each.shadowRoot);
      if (each.closest('.shown, script, style, head') !== null) continue;
      for (const child of each.childNodes) if (child.nodeType === 3) said.push(child.nodeValue ?? '');
      for (const name of [
        'title',
        'alt',
        'placeholder',
        'value',
        'aria-label',
        'aria-placeholder',
        'data-who',
        'content',
      ])
        said.push(each.getAttribute(name) ?? '');
      if (each instanceof HTMLInputElement || each instanceof HTMLTextAreaElement) said.push(each.value);
    }
  };
  look(document);
  return said.join(' ').match(/\w{5,}/g) ?? [];
}

/** What is said where no page shows it. */
function written(): string[] {
  return `Hrefsecret Fragmentby Mailwright Janewood Metawords Stylequote Consoleword Throwword Pathless Queryword
    Routedname Neverpage Hunteragain Privatemoor Blockedby Sketchby Chartwell Drawfield`.split(/\s+/);
}
