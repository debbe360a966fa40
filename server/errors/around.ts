/** What else is known of the time around an event, from others, and how surely it belongs to it. Nothing of it is kept. */

import type { Around } from '../../shared/errors/contract.ts';
import type { LoggedRequest } from '../../shared/proxy/requests-contract.ts';
import type { EventHead } from './read/event-details.ts';
import { numberOf } from './release-name.ts';

/** Asks other features; each answers empty where it has nothing, or cannot say now. */
export interface AroundSources {
  requests(asked: {
    app: string;
    environment: string;
    release: number | null;
    since: number;
    until: number;
    limit: number;
  }): Promise<readonly LoggedRequest[]>;
  /** Visits that saw the page, and the way of it where there was only one. */
  visits(asked: {
    app: string;
    environment: string;
    host: string;
    path: string;
    since: number;
    until: number;
  }): Promise<{ visits: number; pages: readonly { at: number; path: string }[] }>;
  /** Pages of a recorded session, in order. */
  replayed(replay: string): Promise<readonly string[]>;
  /** Calls of models within a trace. */
  calls(asked: { trace: string; since: number; until: number }): Promise<Around['calls']>;
}

const beforeMs = 5 * 60_000;
const afterMs = 10_000;
const nearMs = 30_000;
const visitMs = 30 * 60_000;
const callMs = 10 * 60_000;
const mostAsked = 1000;
const mostShown = 30;
/** How the server asks an app itself. What it answers itself, reports of errors among it, is no page of a visitor's either. */
const ownAgent = 'windlass-probe';

export async function around(sources: AroundSources, app: string, head: EventHead): Promise<Around> {
  const place = { app, environment: head.environment ?? 'production' };
  const page = pageOf(head.url);
  const [requests, visit, calls] = await Promise.all([
    sources
      .requests({
        ...place,
        release: numberOf(head.release, app),
        since: head.at - beforeMs,
        until: head.at + afterMs,
        limit: mostAsked,
      })
      .then((rows) => tiedRequests(rows, head.at, page)),
    visitOf(sources, place, head, page),
    callsOf(sources, head.trace, head.at, head.at),
  ]);
  return { requests, visit, calls };
}

export function callsOf(sources: AroundSources, trace: string | null, from: number, to: number) {
  if (trace === null) return Promise.resolve([]);
  return sources.calls({ trace, since: from - callMs, until: to + callMs });
}

async function visitOf(
  sources: AroundSources,
  place: { app: string; environment: string },
  head: EventHead,
  page: Page | null,
): Promise<Around['visit']> {
  if (head.replay !== null) {
    const urls = await sources.replayed(head.replay);
    if (urls.length > 0) {
      const pages = urls.map((url) => ({ at: null, path: pageOf(url)?.path ?? url }));
      return { tied: 'replay', visits: 1, pages };
    }
  }
  if (page === null || page.host === null) return null;
  const asked = { ...place, host: page.host, path: page.path, since: head.at - visitMs, until: head.at };
  const { visits, pages } = await sources.visits(asked);
  return visits === 0 ? null : { tied: 'page', visits, pages: [...pages] };
}

/**
 * Of one visitor, where only one address asked for the page within five minutes; else whatever the release answered
 * within half a minute before. Newest first.
 */
export function tiedRequests(
  logged: readonly LoggedRequest[],
  at: number,
  page: Page | null,
): Around['requests'] {
  const rows = logged.filter(
    ({ userAgent, path }) => userAgent !== ownAgent && !path.startsWith('/.windlass/'),
  );
  const isSame = (row: LoggedRequest) =>
    page !== null && row.path === page.path && (page.host === null || bare(row.host) === page.host);
  const clients = new Set(rows.filter(isSame).map(({ client }) => client));
  const [client] = clients;
  const chosen =
    clients.size === 1
      ? rows.filter((row) => row.client === client)
      : rows.filter((row) => row.at >= at - nearMs);
  return {
    tied: clients.size === 1 ? 'client' : 'time',
    rows: chosen.slice(0, mostShown).map((row) => ({
      at: row.at,
      method: row.method,
      path: row.path,
      status: row.status,
      ms: row.ms,
      same: isSame(row),
    })),
  };
}

export interface Page {
  /** Null where the event names a path only. */
  host: string | null;
  path: string;
}

export function pageOf(url: string | null): Page | null {
  if (url === null) return null;
  if (url.startsWith('/')) return { host: null, path: url.replace(/[?#].*$/s, '') };
  const parsed = URL.parse(url);
  return parsed === null || !/^https?:$/.test(parsed.protocol)
    ? null
    : { host: parsed.hostname, path: parsed.pathname };
}

const bare = (host: string) => host.replace(/:\d+$/, '');
