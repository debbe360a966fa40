/** Counts pages as they are served, where that was switched on: also for visitors whose browser tells nothing. */

import type { AnswerAbout, AnswerFilter } from '../kernel/answer-filter.ts';
import type { Intake } from './intake.ts';
import type { SettingsStore } from './settings-store.ts';
import type { Arrived } from './understand.ts';

export interface ServedParts {
  readonly now: () => number;
  readonly intake: () => Promise<Intake>;
  readonly settings: SettingsStore;
}

/** Changes nothing. A page that the browser still had (304) is not seen here. */
export function servedCounting({ now, intake, settings }: ServedParts): AnswerFilter {
  return {
    name: 'analytics-served',
    covers: (service) => settings.of(service).served,
    begin(about) {
      if (
        about.method === 'GET' &&
        about.status < 300 &&
        about.contentType.startsWith('text/html') &&
        !isAhead(about)
      ) {
        const arrived = arrivedOf(about, now(), settings.of(about.service).leftOut);
        // Nobody waits for it, so a failure costs a count and nothing else.
        void intake().then((mine) => mine.take(arrived));
      }
      return null;
    },
  };
}

/** Fetched on suspicion (Sec-Purpose: prefetch), and maybe never seen. */
function isAhead({ asked }: AnswerAbout): boolean {
  return /prefetch|prerender/.test(`${asked('sec-purpose')} ${asked('purpose')}`);
}

function arrivedOf(about: AnswerAbout, at: number, leftOut: readonly string[]): Arrived {
  const { service, release, host, path, client, asked } = about;
  const slash = service.indexOf('/');
  const bare = host.toLowerCase().replace(/:\d+$/, '');
  return {
    at,
    app: service.slice(0, slash),
    environment: service.slice(slash + 1),
    release,
    dialect: 'served',
    host: bare,
    address: client,
    agent: asked('user-agent').slice(0, 1000),
    acceptLanguage: asked('accept-language').slice(0, 100),
    origin: '',
    optOut: asked('dnt') === '1' || asked('sec-gpc') === '1',
    body: JSON.stringify({ n: 'pageview', u: `http://${bare}${path}`, r: asked('referer') }),
    leftOut,
  };
}
