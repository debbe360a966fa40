/** Status pages over HTTP: rendered once, and from then on bytes, until something changed or a while passed. */

import type { StatusPage } from '../../shared/status/page.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Endpoint, EndpointAnswer, EndpointRequest } from '../kernel/endpoint.ts';
import { type Place, plain, security } from './answers.ts';
import type { StatusFacts } from './facts.ts';
import { type PageModel, pageModel } from './page-model.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface StatusEndpointParts {
  clock: Clock;
  pages(): readonly StatusPage[];
  facts: StatusFacts;
  subscriptions: Subscriptions;
}

/** At most so old, and at least so old where something changed meanwhile: a flood of changes costs nothing. */
const freshMs = 30_000;
const restMs = 2000;

export function statusEndpoint({ clock, pages, facts, subscriptions }: StatusEndpointParts): {
  endpoint: Endpoint;
  /** What was rendered is no longer true. */
  changed(): void;
} {
  const models = new Map<number, { model: PageModel; at: number; stale: boolean }>();
  const rendered = new Map<string, { model: PageModel; body: Uint8Array; etag: string }>();

  const modelOf = (page: StatusPage): PageModel => {
    const known = models.get(page.id);
    const age = known === undefined ? 0 : clock.monotonic() - known.at;
    if (known !== undefined && age < (known.stale ? restMs : freshMs)) return known.model;
    const model = pageModel(page, facts, clock.now());
    models.set(page.id, { model, at: clock.monotonic(), stale: false });
    return model;
  };

  const cached = (
    request: EndpointRequest,
    { page, base, path }: Place,
    type: string,
    render: (model: PageModel) => string,
  ): EndpointAnswer => {
    const model = modelOf(page);
    const key = `${page.id} ${base} ${request.host} ${path}`;
    let found = rendered.get(key);
    if (found?.model !== model) {
      const body = new TextEncoder().encode(render(model));
      // Every host can ask for every page.
      if (rendered.size > 200) rendered.clear();
      found = { model, body, etag: `"${Bun.hash(body).toString(36)}"` };
      rendered.set(key, found);
    }
    const headers = {
      ...security,
      'Content-Type': type,
      ETag: found.etag,
      'Cache-Control': 'public, no-cache',
    };
    if (request.headers.get('if-none-match') === found.etag) return { status: 304, headers };
    return { status: 200, headers, body: found.body };
  };

  return {
    changed() {
      for (const known of models.values()) known.stale = true;
    },
    endpoint: {
      name: 'status',
      maxBody: 4096,
      async answer(request) {
        const place = placeOf(request, pages());
        if (place === null) return plain(404, 'There is no status page here.');
        if (place.path === '') return { status: 308, headers: { Location: `${place.base}/` } };
        if (request.method === 'POST' || /^\/(confirm|unsubscribe)\//.test(place.path)) {
          const { answerSubscriber } = await import('./subscriber-answers.ts');
          return answerSubscriber(request, place, subscriptions);
        }
        if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'GET, please.');
        const url =
          place.page.address ??
          `${request.scheme}://${request.headers.get('host') ?? request.host}${place.base}`;
        const { renderPage } = await import('./render-page.ts');
        const { renderAtom, renderBadge, renderJson, renderRss } = await import('./feeds.ts');
        switch (place.path) {
          case '/':
            return cached(request, place, 'text/html; charset=utf-8', (model) =>
              renderPage(model, place.base),
            );
          case '/feed.atom':
            return cached(request, place, 'application/atom+xml; charset=utf-8', (model) =>
              renderAtom(model, url),
            );
          case '/feed.rss':
            return cached(request, place, 'application/rss+xml; charset=utf-8', (model) =>
              renderRss(model, url),
            );
          case '/status.json':
            return cached(request, place, 'application/json', renderJson);
          case '/badge.svg':
            return cached(request, place, 'image/svg+xml', ({ title, state }) => renderBadge(title, state));
        }
        const component = componentOf(place.page, place.path);
        if (component === null) return plain(404, 'There is no such page.');
        return cached(request, place, 'image/svg+xml', (model) => {
          const all = model.groups.flatMap(({ components }) => components);
          const found = all.find(({ name }) => name === component.name);
          return renderBadge(
            component.name,
            found?.state ?? 'unknown',
            component.uptime ? (found?.uptime ?? null) : null,
          );
        });
      },
    },
  };
}

/** On a host of its own the whole path is the page's; elsewhere its short name comes first. */
function placeOf({ host, path }: EndpointRequest, all: readonly StatusPage[]): Place | null {
  const [bare = ''] = path.split('?');
  const own = all.find((each) => each.host === host);
  if (own !== undefined) return { page: own, base: '', path: bare };
  const [, slug, rest = ''] = /^\/([^/]+)(\/.*)?$/.exec(bare) ?? [];
  const named = all.find((each) => each.slug === slug);
  return named === undefined ? null : { page: named, base: `/.windlass/status/${named.slug}`, path: rest };
}

/** `/badge/<component>.svg`, `/uptime/<component>.svg`, the name in lower case with dashes. */
function componentOf(page: StatusPage, path: string): { name: string; uptime: boolean } | null {
  const [, kind, slug] = /^\/(badge|uptime)\/([^/]+)\.svg$/.exec(path) ?? [];
  const found = page.components.find(({ name }) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-') === slug);
  return found === undefined ? null : { name: found.name, uptime: kind === 'uptime' };
}
