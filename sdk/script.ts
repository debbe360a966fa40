/** The script in a page: reads its own attributes, starts, and gives the page `windlass('Signup', {props: …})`. */

import type { Options } from './options.ts';
import { startTracker, type Track } from './tracker.ts';

interface Page {
  windlass?: Track & { q?: ArrayLike<unknown>[] };
}

const own = document.currentScript?.dataset ?? {};
const off = (name: string) => own[name] === 'off';
const options: Options = {
  hash: own.hash !== undefined && !off('hash'),
  auto: !off('auto'),
  outbound: !off('outbound'),
  downloads: !off('downloads'),
  forms: !off('forms'),
  notFound: !off('notFound'),
  vitals: !off('vitals'),
};
if (own.endpoint) options.endpoint = own.endpoint;
if (own.release) options.release = Number(own.release);
const page = window as Page;
const waiting = page.windlass?.q ?? [];
// Two scripts in one page, one injected and one by hand, count once.
if (!page.windlass || page.windlass.q) {
  const track = startTracker(options);
  page.windlass = track;
  for (const call of waiting) track(...(Array.from(call) as Parameters<Track>));
}
