/** Ten minutes of a page with everything that is hard to record: replayed as it was, and nothing masked in what is stored. */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import type { Replay } from '../shared/replay/contract.ts';
import { buildDesk, startDesk } from './desktop/desk.ts';
import { deploy } from './fixtures/deployment.ts';
import { serveForeignStyles } from './fixtures/foreign-styles.ts';
import { run } from './fixtures/run.ts';
import { wordsStored } from './fixtures/search-stored.ts';
import { expect, test } from './fixtures/test.ts';

const source = new URL('../.cache/clients/sentry-sdks/page/', import.meta.url).pathname;
const minutes = 10;

/** The page with Sentry's client in it; everything a person reads or types in it is a word of no other use. */
const body = `
  <h1 class="open">Quillfeather</h1>
  <p class="closed">Bramblewick <b>Thistledown</b></p>
  <form onsubmit="return false">
    <input id="name" placeholder="Placeholdric" value="Prefillington">
    <input id="secret" type="password">
    <textarea id="note" title="Titlemore">Areaworth</textarea>
    <select id="choice"><option>Optionby</option><option>Selectham</option></select>
    <input id="agree" type="checkbox">
  </form>
  <p contenteditable="true" id="free">Editwell</p>
  <canvas id="drawn" width="40" height="40"></canvas>
  <div id="inner" style="height: 100px; width: 100px; overflow: auto">
    <div style="height: 2000px; width: 2000px">Innerscroll</div>
  </div>
  <button type="button" id="pay">Buttonsby</button>
  <button type="button" id="refund"></button><button type="button" id="ship"></button>
  <ul id="grown" class="open"></ul>
  <div style="height: 4000px">Tallmarsh</div>`;

test('ten_minutes_are_replayed_as_they_were_and_nothing_masked_is_stored', async ({
  server,
  folder,
  page,
  context,
}) => {
  test.setTimeout(180_000);
  await buildDesk();
  const foreign = await serveForeignStyles({
    open: '.open { color: rgb(10, 20, 30); border-left: 3px solid rgb(40, 50, 60) }',
    closed: '.closed { color: rgb(70, 80, 90) }',
  });
  const built = join(folder, 'built');
  const made = await run(['node', join(source, 'build.mjs')], { env: { ...process.env, OUT: built } });
  expect(made.code, made.stderr).toBe(0);
  const html = await readFile(join(built, 'index.html'), 'utf8');
  const styles = `<link rel="stylesheet" crossorigin href="${foreign.origin}/open.css">
    <link rel="stylesheet" href="${foreign.origin}/closed.css">`;
  await writeFile(
    join(built, 'index.html'),
    html.replace('<head>', `<head>${styles}`).replace(/<body>.*<\/body>/s, `<body>${body}</body>`),
  );
  await deploy(server, 'shop', built);
  const { dsn } = await server.ask<{ dsn: string }>('issues', 'setup', 'shop');

  await page.clock.install({ time: Date.now() - (minutes + 1) * 60_000 });
  await page.goto(`${server.url('shop')}/?replay=zlib&dsn=${encodeURIComponent(dsn)}`);
  const words = new Set(await wordsOf(page));
  await page.evaluate(`document.getElementById('drawn').getContext('2d').fillRect(5, 5, 20, 20)`);
  for (let minute = 1; minute <= minutes; minute++) {
    await page.locator('#name').fill(`Typedname${minute} Surname${minute}`);
    await page.locator('#secret').fill(`Hunterpass${minute}`);
    await page.locator('#note').fill(`Notable${minute} and Quotable${minute}`);
    await page.locator('#free').fill(`Freewritten${minute}`);
    await page.evaluate((number) => {
      const row = document.createElement('li');
      row.textContent = `Growling${number}`;
      row.dataset.row = String(number);
      document.getElementById('grown')?.append(row);
      if (number % 3 === 0) document.querySelector('#grown > li')?.remove();
    }, minute);
    for (const word of await wordsOf(page)) words.add(word);
    await page.evaluate('flushSentry()');
    await page.clock.fastForward(60_000);
  }
  await page.locator('#choice').selectOption('Selectham');
  await page.locator('#agree').check();
  await page.locator('#pay').click();
  // One after the other, as of scrolling that goes on no more than ten positions a second are recorded.
  for (const target of ['inner', 'page']) {
    await page.clock.runFor(1000);
    await page.evaluate((what) => {
      const scrolled = new Promise((resolve) =>
        addEventListener('scroll', resolve, { capture: true, once: true }),
      );
      if (what === 'page') window.scrollTo(0, 789);
      else document.getElementById(what)?.scrollTo(123, 456);
      return scrolled;
    }, target);
  }
  const recorded = await page.evaluate(stateOf);
  await page.evaluate('flushSentry()');
  const asked = foreign.asked.length;

  const desk = await startDesk({ socket: join(server.data, 'control.sock') });
  try {
    const { replays } = await server.ask<{ replays: Replay[] }>('replays', 'shop');
    expect(replays).toHaveLength(1);
    const [replay] = replays;
    expect((replay?.endedAt ?? 0) - (replay?.startedAt ?? 0)).toBeGreaterThanOrEqual(minutes * 60_000);
    expect(replay?.segments).toBeGreaterThan(1);

    const player = await context.newPage();
    await player.goto(desk.url);
    await expect(player.getByRole('heading', { name: 'Servers' })).toBeVisible();
    await player.goto(`${desk.origin}/servers/local/apps/shop/replays/${replay?.id}`);
    const time = player.getByRole('slider', { name: 'Time' });
    await expect.poll(async () => Number(await time.getAttribute('max'))).toBeGreaterThan(minutes * 60_000);
    expect(Number(await time.getAttribute('max'))).toBeLessThan((minutes + 1) * 60_000);
    await time.press('End');
    const frame = player.frameLocator('section[aria-label="The recorded page"] iframe').locator('body');
    await expect(frame.locator(`[data-row="${minutes}"]`)).toHaveCount(1);
    await expect.poll(async () => (await frame.evaluate(stateOf)).scroll).toEqual(recorded.scroll);
    const replayed = await frame.evaluate(stateOf);
    expect(replayed).toEqual(masked(recorded));
    // Nothing is fetched to play it, though the page names an address of a stylesheet that could not be read.
    expect(foreign.asked).toHaveLength(asked);
  } finally {
    await desk.stop();
    foreign.close();
  }

  const kept = ['errors', 'replays'].map((name) => join(server.data, name));
  // What is known to be there is found: the words of the error, and a rule of the stylesheet.
  expect(await wordsStored(kept.slice(0, 1), ['a total of 41 cannot'])).toHaveLength(1);
  expect(await wordsStored(kept.slice(1), ['border-left', 'data-row'])).toHaveLength(2);
  expect(words.size).toBeGreaterThan(60);
  expect(await wordsStored(kept, [...words])).toEqual([]);
  expect((await readdir(kept[1] ?? '')).length).toBeGreaterThan(1);
});

type State = ReturnType<typeof stateOf>;

/** In a page: its elements in order with what is said and typed in them, how they look, and where they are scrolled to. */
function stateOf() {
  const seen = [...document.body.querySelectorAll<HTMLElement>('*')].filter(
    (each) => !/^(?:SCRIPT|NOSCRIPT|STYLE)$/.test(each.tagName),
  );
  const typed = (each: Element): each is HTMLInputElement | HTMLTextAreaElement =>
    each instanceof HTMLTextAreaElement || (each instanceof HTMLInputElement && each.type !== 'checkbox');
  const [root, inner] = [document.scrollingElement, document.getElementById('inner')];
  return {
    elements: seen.map((each) => ({
      // rrweb shows what the pointer is over by a class of its own.
      name: `${each.tagName}#${each.id}.${each.className.replace(':hover', '')} ${each.dataset.row ?? ''}`,
      style: each.style.cssText,
      // Of a textarea it is what was in it at first.
      text: [...(each instanceof HTMLTextAreaElement ? [] : each.childNodes)]
        .filter(({ nodeType }) => nodeType === 3)
        .map(({ nodeValue }) => nodeValue ?? '')
        .join('|'),
      placeholder: each.getAttribute('placeholder'),
      title: each.getAttribute('title'),
      value: typed(each) ? each.value : null,
      checked: 'checked' in each ? each.checked : null,
      colour: getComputedStyle(each).color,
      border: getComputedStyle(each).borderLeft,
    })),
    scroll: [root?.scrollLeft, root?.scrollTop, inner?.scrollLeft, inner?.scrollTop],
  };
}

/** As a replay may show it: every letter a star, of what was typed the spaces too, and without the styles that no script of the page could read. */
function masked(state: State): State {
  const stars = <T extends string | null>(text: T) => text?.replace(/\S/g, '*') ?? null;
  const plain = (colours: string) => colours.replace('rgb(70, 80, 90)', 'rgb(0, 0, 0)');
  return {
    ...state,
    elements: state.elements.map((each) => ({
      ...each,
      text: each.text.replace(/[^\s|]/g, '*'),
      placeholder: stars(each.placeholder),
      title: stars(each.title),
      value: each.value?.replace(/./g, '*') ?? null,
      colour: plain(each.colour),
      border: plain(each.border),
    })),
  };
}

/** Every word of five letters and more that a person could read in the page now. */
async function wordsOf(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const said: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (walker.currentNode.parentElement?.tagName !== 'SCRIPT')
        said.push(walker.currentNode.nodeValue ?? '');
    }
    for (const each of document.querySelectorAll<HTMLInputElement>('input, textarea')) {
      said.push(each.type === 'checkbox' ? '' : each.value, each.placeholder, each.title);
    }
    return said;
  });
  return texts.join(' ').match(/\w{5,}/g) ?? [];
}
