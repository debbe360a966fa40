/** Sentry's own clients in a real page: errors with their original sources, traces, replays; and nothing of it uploaded. */

import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventHead, Issue, IssueDetails } from '../shared/errors/contract.ts';
import type { Replay } from '../shared/replay/contract.ts';
import { buildDesk, startDesk } from './desktop/desk.ts';
import { deploy } from './fixtures/deployment.ts';
import { run } from './fixtures/run.ts';
import type { Server } from './fixtures/server.ts';
import { expect, test } from './fixtures/test.ts';

const page = new URL('../.cache/clients/sentry-sdks/page/', import.meta.url).pathname;

/** The page as Vite builds it, source maps beside its scripts. */
async function build(folder: string, sdk: string, version: string): Promise<string> {
  const out = await mkdtemp(join(folder, 'built-'));
  const { code, stderr } = await run(['node', join(page, 'build.mjs')], {
    env: { ...process.env, OUT: out, SDK: sdk, BUILD: version },
  });
  if (code !== 0) throw new Error(stderr);
  return out;
}

const issuesOf = async (server: Server, ...flags: string[]) =>
  (await server.ask<{ issues: Issue[] }>('issues', 'shop', '--state', 'all', '--limit', '100', ...flags))
    .issues;

const dsnOf = async (server: Server) => (await server.ask<{ dsn: string }>('issues', 'setup', 'shop')).dsn;

for (const sdk of ['@sentry/browser', 'sentry-browser-10']) {
  test(`an_error_in_a_page_with_${sdk.replace(/\W+/g, '_')}_shows_its_original_source`, async ({
    server,
    folder,
    page,
  }) => {
    const built = await build(folder, sdk, '1');
    await deploy(server, 'shop', built);
    await page.goto(`${server.url('shop')}/?dsn=${encodeURIComponent(await dsnOf(server))}`);
    await page.getByRole('button', { name: 'Pay' }).click();
    await page.evaluate('flushSentry()');

    const [issue] = await issuesOf(server);
    expect(issue).toMatchObject({
      title: 'RangeError',
      value: 'a total of 41 cannot be paid',
      firstRelease: 'shop@1',
    });
    const shown = await server.ask<IssueDetails & { newest: { head: EventHead; payload: string } }>(
      'issues',
      'show',
      String(issue?.id),
    );
    const frames = JSON.parse(shown.newest.payload).exception.values[0].stacktrace.frames;
    expect(frames.at(-1)).toMatchObject({
      filename: expect.stringMatching(/shop\.js$/),
      lineno: 4,
      function: 'checkTotal',
      context_line: expect.stringContaining('throw new RangeError'),
    });
    expect(shown.newest.head).toMatchObject({
      environment: 'production',
      trace: expect.stringMatching(/^[0-9a-f]{32}$/),
    });

    const maps = (await readdir(join(built, 'assets'))).filter((name) => name.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(0);
    for (const name of maps) expect((await server.get('shop', `/assets/${name}`)).status).toBe(404);
  });
}

test('ten_deploys_with_changed_hashes_make_no_second_issue_and_three_bugs_share_none', async ({
  server,
  folder,
  page,
}) => {
  test.setTimeout(180_000);
  const scripts = new Set<string>();
  for (let release = 1; release <= 10; release++) {
    const built = await build(folder, '@sentry/browser', `number ${release}`);
    scripts.add((await readdir(join(built, 'assets'))).join());
    await deploy(server, 'shop', built);
    await page.goto(`${server.url('shop')}/?dsn=${encodeURIComponent(await dsnOf(server))}`);
    for (const name of ['Pay', 'Refund', 'Ship']) await page.getByRole('button', { name }).click();
    await page.evaluate('flushSentry()');
  }
  expect(scripts.size).toBe(10);
  const issues = await issuesOf(server);
  expect(issues.map(({ title }) => title).sort()).toEqual(['RangeError', 'TypeError', 'TypeError']);
  for (const issue of issues)
    expect(issue).toMatchObject({ events: 10, firstRelease: 'shop@1', lastRelease: 'shop@10' });
});

for (const packed of ['zlib', 'plain']) {
  test(`a_session_is_replayed_from_${packed}_segments_and_holds_no_masked_text`, async ({
    server,
    folder,
    page,
  }) => {
    await deploy(server, 'shop', await build(folder, '@sentry/browser', '1'));
    await page.goto(`${server.url('shop')}/?replay=${packed}&dsn=${encodeURIComponent(await dsnOf(server))}`);
    await page.getByLabel('Card').fill('4111 1111 1111 1111');
    await page.getByRole('button', { name: 'Pay' }).click();
    await page.evaluate('flushSentry()');

    const { replays } = await server.ask<{ replays: Replay[] }>('replays', 'shop');
    expect(replays).toHaveLength(1);
    const [replay] = replays;
    const exported = await server.cli('replays', 'export', replay?.id ?? '');
    const events: { type: number }[] = JSON.parse(exported.stdout);
    expect(events.filter(({ type }) => type === 2)).toHaveLength(1);
    for (const secret of ['Ann Example', 'Private Road', '4111'])
      expect(exported.stdout).not.toContain(secret);

    const [issue] = await issuesOf(server);
    const { events: heads } = await server.ask<{ events: EventHead[] }>(
      'issues',
      'events',
      String(issue?.id),
    );
    expect(heads[0]?.replay).toBe(replay?.id);
    expect((await filesUnder(join(server.data, 'replays'))).length).toBeGreaterThan(1);
    await server.cli('replays', 'remove', replay?.id ?? '');
    expect((await filesUnder(join(server.data, 'replays'))).filter((name) => /^\d+$/.test(name))).toEqual([]);
    for (const name of await readdir(join(server.data, 'errors'))) {
      const bytes = await readFile(join(server.data, 'errors', name)).catch(() => Buffer.alloc(0));
      expect(bytes.includes('Private Road')).toBe(false);
    }
  });
}

test('a_replayed_page_is_the_recorded_one_with_its_text_masked', async ({
  server,
  folder,
  page,
  context,
}) => {
  test.setTimeout(120_000);
  await buildDesk();
  await deploy(server, 'shop', await build(folder, '@sentry/browser', '1'));
  await page.goto(`${server.url('shop')}/?replay=zlib&dsn=${encodeURIComponent(await dsnOf(server))}`);
  await page.evaluate(`(() => {
    for (let row = 0; row < 200; row++) {
      const made = document.createElement('p');
      made.textContent = 'Private row ' + row;
      made.style.color = row % 2 ? 'rgb(1, 2, 3)' : '';
      document.body.append(made);
    }
    document.querySelectorAll('p')[50].remove();
    document.querySelectorAll('p')[20].setAttribute('data-moved', 'yes');
    window.scrollTo(0, 700);
  })()`);
  await page.getByLabel('Card').fill('4111');
  await page.getByRole('button', { name: 'Pay' }).click();
  const recorded = await page.evaluate(shapeOf);
  await page.evaluate('flushSentry()');

  const desk = await startDesk({ socket: join(server.data, 'control.sock') });
  try {
    const { replays } = await server.ask<{ replays: Replay[] }>('replays', 'shop');
    const player = await context.newPage();
    await player.goto(desk.url);
    await expect(player.getByRole('heading', { name: 'Servers' })).toBeVisible();
    await player.goto(`${desk.origin}/servers/local/apps/shop/replays/${replays[0]?.id}`);
    const time = player.getByRole('slider', { name: 'Time' });
    await expect(time).not.toHaveAttribute('max', '1');
    await time.press('End');
    const frame = player.frameLocator('section[aria-label="The recorded page"] iframe').locator('body');
    await expect(frame.locator('p')).toHaveCount(200);
    const replayed = await frame.evaluate(shapeOf);
    expect(replayed.tree).toEqual(recorded.tree);
    expect(replayed.text).toBe(recorded.text.replace(/\S/g, '*'));
    expect(replayed.colours).toEqual(recorded.colours);
    expect(replayed.value).toBe(recorded.value.replace(/\S/g, '*'));
  } finally {
    await desk.stop();
  }
});

/** In a page: its elements in order, its text, the colours styles give, what was typed. */
function shapeOf() {
  const seen = [...document.body.querySelectorAll('*')].filter(
    (each) => !/^(?:SCRIPT|NOSCRIPT|STYLE)$/.test(each.tagName),
  );
  return {
    tree: seen.map(
      (each) => `${each.tagName} ${each.getAttribute('data-moved') ?? ''} ${each.children.length}`,
    ),
    text: seen
      .filter((each) => each.children.length === 0)
      .map((each) => (each.textContent ?? '').trim())
      .join('|')
      .replaceAll(' ', '')
      .replaceAll('|', ' '),
    colours: [...document.body.querySelectorAll('p')].map((each) => getComputedStyle(each).color),
    value: document.querySelector('input')?.value ?? '',
  };
}

async function filesUnder(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}
