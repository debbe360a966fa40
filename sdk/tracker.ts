/** Counts the views of a page and what is done on it. */

import { watchAttention } from './attention.ts';
import { watchClicks } from './clicks.ts';
import { mayCount } from './may-count.ts';
import type { EventOptions, Options } from './options.ts';
import { watchVitals } from './vitals.ts';

export type Track = (name: string, options?: EventOptions) => void;

/** A glance shorter than this says nothing unless something was scrolled, too. */
const leastEngagedMs = 1000;

/** Starts counting. What it returns tracks events, and does nothing where the browser wants not to be counted. */
export function startTracker(options: Options): Track {
  if (!mayCount()) return () => {};
  const attention = watchAttention();
  const vitals = options.vitals === false ? {} : watchVitals();
  /** The view that is open: its address, and whether vitals are of it. */
  let viewed: { url: string; loaded: boolean } | null = null;
  let told = 0;
  let loaded = true;

  const send = (body: Record<string, unknown>) => {
    const text = JSON.stringify({ ...body, h: options.hash || undefined, rel: options.release });
    const endpoint = options.endpoint ?? '/.windlass/event';
    // Both outlive the page; text/plain needs no question beforehand where the endpoint is elsewhere.
    const sent = fetch(endpoint, {
      method: 'POST',
      keepalive: true,
      credentials: 'omit',
      headers: { 'content-type': 'text/plain' },
      body: text,
    });
    sent.catch(() => navigator.sendBeacon?.(endpoint, text));
  };
  const report = (name: string, more: Record<string, unknown>) => {
    send({ n: name, u: location.href, r: document.referrer || undefined, w: innerWidth, ...more });
  };
  const measure = () => {
    if (viewed === null) return;
    const e = attention.engaged();
    const sd = attention.scrolled();
    const hasVitals = viewed.loaded && Object.keys(vitals).length > 0;
    if (e - told < leastEngagedMs && !(told === 0 && hasVitals)) return;
    send({ n: 'engagement', u: viewed.url, e: e - told, sd, wv: hasVitals ? vitals : undefined });
    told = e;
  };
  const addressOf = () => location.origin + location.pathname + (options.hash ? location.hash : '');
  const view = (again = false) => {
    const here = addressOf();
    if (!again && viewed !== null && viewed.url.split('?')[0] === here.split('?')[0]) return;
    measure();
    viewed = { url: location.href, loaded };
    loaded = false;
    told = 0;
    attention.reset();
    report('pageview', {});
  };
  const track: Track = (name, { props, revenue, interactive } = {}) => {
    if (name === 'pageview') view(true);
    else report(name, { p: props, $: revenue, i: interactive });
  };

  if (options.auto !== false) whenSeen(() => follow(view, options.hash === true));
  addEventListener('pagehide', measure);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && measure());
  watchClicks(options, track);
  if (options.notFound !== false) {
    const [navigation] = performance.getEntriesByType('navigation') as (PerformanceNavigationTiming & {
      responseStatus?: number;
    })[];
    if (navigation?.responseStatus === 404) {
      whenSeen(() => track('404', { props: { path: location.pathname }, interactive: false }));
    }
  }
  return track;
}

/** A page made beforehand, or opened behind another, is seen later or never. */
function whenSeen(then: () => void): void {
  if (Reflect.get(document, 'prerendering') === true) {
    document.addEventListener('prerenderingchange', () => whenSeen(then), { once: true });
  } else if (document.visibilityState === 'visible') {
    then();
  } else {
    document.addEventListener('visibilitychange', () => whenSeen(then), { once: true });
  }
}

/** Views of pages that change without being loaded, and of those that come back from the cache. */
function follow(view: (again?: boolean) => void, hash: boolean): void {
  const { pushState } = history;
  history.pushState = function (...given) {
    pushState.apply(this, given);
    view();
  };
  addEventListener('popstate', () => view());
  if (hash) addEventListener('hashchange', () => view());
  addEventListener('pageshow', ({ persisted }) => persisted && view(true));
  view();
}
