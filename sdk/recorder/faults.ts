/** What goes wrong in a page: errors nobody caught, what is written to the console as one, requests that failed. */

import { cleanAddress } from './address.ts';
import { crumb, type Tell } from './crumb.ts';
import { kinds } from './scrub.ts';
import { withoutCards } from './sensitive.ts';

/** Words are only kept where an owner chose it: people's names end up in messages. */
export interface FaultOptions {
  readonly messages: boolean;
}

/** `happened` is called for errors nobody caught, before they are told. */
export function watchErrors(tell: Tell, happened: () => void, { messages }: FaultOptions): () => void {
  const told = (thrown: unknown, message: string, place: string) => {
    happened();
    const name = thrown instanceof Error ? thrown.name : 'Error';
    const words = messages && message !== '' ? `: ${withoutCards(message)}` : '';
    tell(crumb('exception', `${name}${words}${place === '' ? '' : ` at ${place}`}`));
  };
  const error = (event: ErrorEvent) => {
    const file = cleanAddress(event.filename);
    told(event.error, event.message, file === '' ? '' : `${file}:${event.lineno}:${event.colno}`);
  };
  const rejected = ({ reason }: PromiseRejectionEvent) =>
    told(reason, reason instanceof Error ? reason.message : '', '');
  addEventListener('error', error);
  addEventListener('unhandledrejection', rejected);
  return () => {
    removeEventListener('error', error);
    removeEventListener('unhandledrejection', rejected);
  };
}

/** Warnings and errors. The page's own console is called first, and whatever it does is what happens. */
export function watchConsole(tell: Tell, { messages }: FaultOptions): () => void {
  const ends = (['error', 'warn'] as const).map((level) => {
    const own = console[level];
    let telling = false;
    const watched = function (this: unknown, ...given: unknown[]) {
      own.apply(this, given);
      if (telling) return;
      telling = true;
      try {
        const words = given.map((each) => (each instanceof Error ? `${each.name}: ${each.message}` : each));
        const said = words.filter((each) => typeof each === 'string' || typeof each === 'number').join(' ');
        const names = given.map((each) => (each instanceof Error ? each.name : typeof each)).join(', ');
        tell(crumb('console', messages ? withoutCards(said) : `${level} (${names})`, { level }));
      } finally {
        telling = false;
      }
    };
    console[level] = watched;
    return () => {
      // Somebody who wrapped it after us keeps their wrapper.
      if (console[level] === watched) console[level] = own;
    };
  });
  return () => {
    for (const end of ends) end();
  };
}

/**
 * Requests that failed or were answered with 400 and more: address, status, time. Read from what the browser measured, so
 * that nothing of the page is wrapped. `asked` is called for every request.
 */
export function watchRequests(tell: Tell, asked: () => void): () => void {
  if (typeof PerformanceObserver === 'undefined') return () => {};
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceResourceTiming & { responseStatus?: number })[]) {
      if (!/^(?:fetch|xmlhttprequest)$/.test(entry.initiatorType) || entry.name.includes('/.windlass/'))
        continue;
      asked();
      const status = entry.responseStatus ?? -1;
      // Of another host's answers a page may not be told the status: 0 there says nothing.
      const failed = status >= 400 || (status === 0 && new URL(entry.name).origin === location.origin);
      if (!failed) continue;
      const began = performance.timeOrigin + entry.startTime;
      tell({
        type: kinds.custom,
        timestamp: Math.round(began),
        data: {
          tag: 'performanceSpan',
          payload: {
            op: entry.initiatorType === 'fetch' ? 'resource.fetch' : 'resource.xhr',
            description: cleanAddress(entry.name),
            startTimestamp: began / 1000,
            endTimestamp: (began + entry.duration) / 1000,
            data: { statusCode: status },
          },
        },
      });
    }
  });
  try {
    observer.observe({ type: 'resource' });
  } catch {
    // A browser without it.
  }
  return () => observer.disconnect();
}
