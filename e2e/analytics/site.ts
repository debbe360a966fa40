/** An app with everything a visit can do, and the visits of a real browser to it. */

import { type Browser, type BrowserContext, chromium, type LaunchOptions, type Page } from 'playwright/test';

const page = (body: string) =>
  `<!doctype html><html lang="en"><head><title>Site</title></head><body>${body}</body></html>`;

/** `elsewhere`: a host that is not the site's own. */
export function siteFiles(elsewhere: string): Record<string, string> {
  return {
    'index.html': page(
      `<a href="/about.html">About</a> <a href="/about.html" target="_blank" rel="noopener">About in a tab</a>
       <a href="${elsewhere}/there?token=secret">Elsewhere</a> <a href="/paper.pdf" download>Paper</a>
       <form action="/thanks.html"><input name="mail" value="a@example.com"><button>Send</button></form>`,
    ),
    'about.html': page('<h1>About</h1>'),
    'thanks.html': page('<h1>Thanks</h1>'),
    'spa.html': page(
      `<button onclick="history.pushState({}, '', '/spa/one')">One</button>
       <button onclick="history.pushState({}, '', '/spa/two')">Two</button>
       <button onclick="window.windlass('Signup', {props: {plan: 'team'}, revenue: {amount: 9.5, currency: 'EUR'}})">Sign up</button>`,
    ),
    '404.html': page('<h1>Not here</h1>'),
    'paper.pdf': '%PDF-1.4',
  };
}

/** One that keeps pages in its cache and does not say that a program drives it. */
export function launchAsPerson(options: LaunchOptions): Promise<Browser> {
  return chromium.launch({
    ...options,
    args: [...(options.args ?? []), '--disable-blink-features=AutomationControlled'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}

/** The version tells the visits of one test apart: they all come from one address. */
const agent = (version: number) =>
  `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;

export interface Journey {
  readonly name: string;
  /** Tells it from the others in the figures. */
  readonly version: number;
  readonly agent?: string;
  readonly views: number;
  readonly goals?: Readonly<Record<string, number>>;
  prepare?(context: BrowserContext): Promise<unknown>;
  go(page: Page, url: string): Promise<unknown>;
}

const reported = (page: Page) =>
  page.waitForResponse(
    (response) =>
      /\/\.windlass\/event$/.test(response.url()) &&
      !/"engagement"/.test(response.request().postData() ?? ''),
    { timeout: 10_000 },
  );

/** Playwright's own goBack waits for a page that loads, and one from the cache never does. */
const move = (page: Page, by: number) =>
  page.evaluate((steps) => void setTimeout(() => history.go(steps), 20), by);

/** Does something and waits until the page told of it. */
async function told(page: Page, act: () => Promise<unknown>): Promise<void> {
  await Promise.all([reported(page), act()]);
}

export const journeys: readonly Journey[] = [
  {
    name: 'a single-page app',
    version: 101,
    views: 3,
    goals: { Signup: 1 },
    async go(page, url) {
      await told(page, () => page.goto(`${url}/spa.html?utm_source=newsletter&utm_medium=email`));
      for (const name of ['One', 'Two', 'Sign up'])
        await told(page, () => page.getByRole('button', { name }).click());
    },
  },
  {
    name: 'back and forward',
    version: 102,
    views: 4,
    async go(page, url) {
      await told(page, () => page.goto(`${url}/`));
      await told(page, () => page.getByRole('link', { name: 'About', exact: true }).click());
      await told(page, () => move(page, -1));
      await told(page, () => move(page, 1));
    },
  },
  {
    name: 'a new tab',
    version: 103,
    views: 2,
    async go(page, url) {
      await told(page, () => page.goto(`${url}/`));
      const opened = page.context().waitForEvent('page');
      await page.getByRole('link', { name: 'About in a tab' }).click();
      const tab = await opened;
      await tab.getByRole('heading', { name: 'About' }).waitFor();
      await tab.bringToFront();
    },
  },
  {
    name: 'a page that comes back from the cache',
    version: 104,
    views: 3,
    async go(page, url) {
      await told(page, () => page.goto(`${url}/`));
      await page.evaluate(() => Reflect.set(window, 'kept', true));
      await told(page, () => page.getByRole('link', { name: 'About', exact: true }).click());
      await told(page, () => move(page, -1));
      if (!(await page.evaluate(() => Reflect.get(window, 'kept') === true)))
        throw new Error('the page was not kept');
    },
  },
  {
    name: 'a blocked script',
    version: 105,
    views: 0,
    prepare: (context) => context.route('**/script.js', (route) => route.abort()),
    go: (page, url) => page.goto(`${url}/`),
  },
  {
    name: 'a crawler',
    version: 106,
    agent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    views: 0,
    go: (page, url) => told(page, () => page.goto(`${url}/`)),
  },
  {
    name: 'somebody who does not want to be tracked',
    version: 107,
    views: 0,
    prepare: (context) =>
      context.addInitScript(() => Object.defineProperty(navigator, 'doNotTrack', { get: () => '1' })),
    go: (page, url) => page.goto(`${url}/`),
  },
  {
    name: 'a link to elsewhere',
    version: 108,
    views: 1,
    goals: { 'Outbound Link: Click': 1 },
    async go(page, url) {
      await told(page, () => page.goto(`${url}/`));
      await page.getByRole('link', { name: 'Elsewhere' }).click();
      await page.waitForURL(/there/, { timeout: 10_000 });
    },
  },
  {
    name: 'a download',
    version: 109,
    views: 1,
    goals: { 'File Download': 1 },
    async go(page, url) {
      await told(page, () => page.goto(`${url}/`));
      await told(page, () => page.getByRole('link', { name: 'Paper' }).click());
    },
  },
  {
    name: 'a form',
    version: 110,
    views: 2,
    goals: { 'Form: Submission': 1 },
    async go(page, url) {
      await told(page, () => page.goto(`${url}/`));
      await page.getByRole('button', { name: 'Send' }).click();
      await page.waitForURL(/thanks/, { timeout: 10_000 });
    },
  },
  {
    name: 'a page that is not there',
    version: 111,
    views: 1,
    goals: { '404': 1 },
    go: (page, url) => told(page, () => page.goto(`${url}/nowhere`)),
  },
];

export async function travel(browser: Browser, journey: Journey, url: string): Promise<void> {
  const context = await browser.newContext({ userAgent: journey.agent ?? agent(journey.version) });
  try {
    await journey.prepare?.(context);
    await journey.go(await context.newPage(), url);
  } finally {
    await context.close();
  }
}
