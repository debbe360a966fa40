/** From what came over the wire to a hit, or to why there is none. The address and the user agent end here. */

import type { DropReason } from '../../shared/analytics/contract.ts';
import { pathPattern } from '../../shared/analytics/funnel.ts';
import type { Hit, VisitTraits } from '../../shared/analytics/hit.ts';
import { type Agent, agentOf, screenClass } from './agent.ts';
import { originOf } from './channel.ts';
import { isCrawler } from './crawler.ts';
import type { Datacentres } from './datacentres.ts';
import type { Place, Places } from './places.ts';
import { clean, type Report, readPlausible, readUmami } from './report.ts';

/** A request as the main side passes it on. */
export interface Arrived {
  /** ms since the epoch, by our clock: a browser's is not believed. */
  readonly at: number;
  readonly app: string;
  readonly environment: string;
  readonly release: number;
  readonly dialect: 'plausible' | 'umami' | 'served';
  readonly host: string;
  readonly address: string;
  readonly agent: string;
  readonly acceptLanguage: string;
  readonly origin: string;
  /** `DNT: 1` or `Sec-GPC: 1`. */
  readonly optOut: boolean;
  readonly body: string;
  readonly leftOut: readonly string[];
}

export type Understood =
  | { readonly kind: 'hit'; readonly hit: Omit<Hit, 'visitor'> }
  | { readonly kind: 'dropped'; readonly reason: DropReason }
  | { readonly kind: 'ignored' };

const remembered = 2000;
const mostPath = 2000;

export class Understanding {
  readonly #agents = new Map<string, Agent | null>();
  readonly #patterns = new Map<string, RegExp>();
  places: Places | null = null;
  datacentres: Datacentres | null = null;

  understand(arrived: Arrived): Understood {
    const report = reportOf(arrived);
    if (report === null) return { kind: 'dropped', reason: 'malformed' };
    if (report === 'ignored') return { kind: 'ignored' };
    const url = parseUrl(report.url);
    if (url === null) return { kind: 'dropped', reason: 'malformed' };
    if (!isOwn(url.hostname, arrived.host) || !isOwnOrigin(arrived.origin, arrived.host)) {
      return { kind: 'dropped', reason: 'foreign' };
    }
    if (arrived.optOut) return { kind: 'dropped', reason: 'opt-out' };
    const agent = this.#agent(arrived.agent);
    if (agent === null) return { kind: 'dropped', reason: 'bot' };
    if (this.datacentres?.has(arrived.address)) return { kind: 'dropped', reason: 'datacentre' };
    const path = clean(`${url.pathname}${report.hash ? url.hash : ''}`, mostPath) || '/';
    if (arrived.leftOut.some((pattern) => this.#pattern(pattern).test(path))) {
      return { kind: 'dropped', reason: 'left-out' };
    }
    return {
      kind: 'hit',
      hit: {
        at: arrived.at,
        kind: report.kind,
        name: report.kind === 'measures' ? '' : report.name,
        host: arrived.host.replace(/^www\./, ''),
        path,
        release: report.release > 0 && report.release <= arrived.release ? report.release : arrived.release,
        visit: traitsOf(arrived, report, url, agent, this.places?.of(arrived.address) ?? {}),
        props: report.props,
        revenue: report.revenue,
        currency: report.currency,
        interactive: report.kind === 'event' && report.interactive,
        page: report.page,
      },
    };
  }

  /** Null for a crawler. */
  #agent(text: string): Agent | null {
    const key = text.slice(0, 512);
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    if (this.#agents.size >= remembered) this.#agents.clear();
    const agent = isCrawler(key) ? null : agentOf(key);
    this.#agents.set(key, agent);
    return agent;
  }

  #pattern(text: string): RegExp {
    let pattern = this.#patterns.get(text);
    if (pattern === undefined) {
      if (this.#patterns.size >= remembered) this.#patterns.clear();
      pattern = pathPattern(text);
      this.#patterns.set(text, pattern);
    }
    return pattern;
  }
}

function reportOf({ dialect, body, host }: Arrived): Report | 'ignored' | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null;
  }
  return dialect === 'umami' ? readUmami(parsed, host) : readPlausible(parsed);
}

function parseUrl(text: string): URL | null {
  if (text.length > 8000) return null;
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
  } catch {
    return null;
  }
}

const bare = (host: string) => host.toLowerCase().replace(/^www\./, '');

/** Only pages of the host that was asked: nobody counts for another site. */
function isOwn(page: string, host: string): boolean {
  return bare(page) === bare(host);
}

function isOwnOrigin(origin: string, host: string): boolean {
  if (origin === '' || origin === 'null') return true;
  return isOwn(parseUrl(origin)?.hostname ?? '', host);
}

function traitsOf(arrived: Arrived, report: Report, url: URL, agent: Agent, place: Place): VisitTraits {
  const { searchParams: query } = url;
  const { source, referrer, channel } = originOf({ query, referrer: report.referrer, host: arrived.host });
  const traits: VisitTraits = {
    source: clean(source, 300),
    referrer: clean(referrer, mostPath),
    channel,
    ...agent,
    ...place,
    language: languageOf(report.language || arrived.acceptLanguage),
    screen: screenClass(report.width),
  };
  for (const name of ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] as const) {
    traits[name] = clean(query.get(name) ?? '', 300);
  }
  for (const name of Object.keys(traits) as (keyof VisitTraits)[])
    if (traits[name] === '') delete traits[name];
  return traits;
}

/** The first one asked for, without its country (RFC 9110, 12.5.4). */
function languageOf(text: string): string {
  return (/^\s*([a-z]{2,3})(?:[-_;,\s]|$)/i.exec(text)?.[1] ?? '').toLowerCase();
}
