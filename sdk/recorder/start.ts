/**
 * Asks late whether this page is to be recorded, and only then loads what records. Part of `script.js` in pages of apps
 * whose owner chose it, or a script of its own.
 */

import { mayCount } from '../may-count.ts';
import { isLeftOut, type RecorderOptions } from './options.ts';
import { sessionKey } from './session.ts';

const began = Symbol.for('windlass.replay');
const base = new URL('/.windlass/replay/', location.href);
/** After what the page does first, but not never where it is always busy. */
const latestMs = 10_000;

async function start(nonce: string): Promise<void> {
  const answer = await fetch(new URL('options', base), { credentials: 'omit' });
  if (answer.status !== 200) return;
  const options: RecorderOptions = await answer.json();
  if (isLeftOut(location.pathname, options.leftOut)) return;
  const script = document.createElement('script');
  script.src = new URL(options.script, base).href;
  script.dataset.options = JSON.stringify(options);
  if (nonce !== '') script.nonce = nonce;
  script.onload = () => script.remove();
  document.head.append(script);
}

/** A tab that was not chosen stays so. */
function mayRecord(): boolean {
  try {
    return !sessionStorage.getItem(sessionKey)?.includes('"mode":"none"');
  } catch {
    return true;
  }
}

// Two scripts in one page begin once.
if (!Reflect.has(window, began) && mayCount() && mayRecord()) {
  Reflect.set(window, began, true);
  const nonce = document.currentScript?.nonce ?? '';
  const soon = () => {
    const go = () => void start(nonce).catch(() => {});
    if ('requestIdleCallback' in window) requestIdleCallback(go, { timeout: latestMs });
    else setTimeout(go, 1000);
  };
  // Behind what others do at that event.
  const loaded = () => setTimeout(soon);
  if (document.readyState === 'complete') loaded();
  else addEventListener('load', loaded, { once: true });
}
