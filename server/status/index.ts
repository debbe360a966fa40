/** Status pages as a feature: what the public is told, on a host or below a path, also while every app is down. */

import { WindlassError } from '../../shared/errors.ts';
import type { EndpointHosts } from '../kernel/endpoint.ts';
import type { Feature } from '../kernel/feature.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { announcement } from './announce.ts';
import type { Mailer, StatusFacts } from './facts.ts';
import { pageModel } from './page-model.ts';
import { createPageStore } from './page-store.ts';
import { statusMigrations } from './schema.ts';
import { statusEndpoint } from './status-endpoint.ts';
import { createSubscriberStore } from './subscriber-store.ts';
import { createSubscriptions, examineSubscriptions } from './subscriptions.ts';

export type { Mailer, StatusFacts } from './facts.ts';
export { statusMigrations as migrations } from './schema.ts';

export type StatusKernel = Pick<Kernel, 'clock' | 'store' | 'secrets' | 'events' | 'jobs'>;

const mostPages = 100;

export function createStatus(
  kernel: StatusKernel,
  { facts, hosts, mailer }: { facts: StatusFacts; hosts: EndpointHosts; mailer: Mailer },
): Feature {
  const { clock, store, secrets, events, jobs } = kernel;
  const pages = createPageStore(store, secrets);
  const subscribers = createSubscriberStore(store, secrets);
  const subscriptions = createSubscriptions({ clock, store, jobs, pages, subscribers, mailer });
  const { endpoint, changed } = statusEndpoint({ clock, pages: pages.all, facts, subscriptions });
  const tell = (id: number, what: 'opened' | 'resolved' | 'update', update: string) => {
    changed();
    const incident = facts.incidents().find((each) => each.id === id);
    if (incident === undefined) return;
    for (const page of pages.all()) {
      const said = announcement(page, incident, what, update);
      if (said !== null) subscriptions.tell(page, said.subject, said.text);
    }
  };
  const ends: (() => void)[] = [];
  return {
    name: 'status',
    migrations: statusMigrations,
    endpoints: [endpoint],
    contract: async () => (await import('../../shared/status/contract.ts')).statusContract,
    handlers: {
      'status.pages': () => ({
        pages: pages.all().map((page) => ({ ...page, subscribers: subscribers.count(page.id) })),
      }),
      'status.set': ({ page: wanted }) => {
        examineSubscriptions(wanted);
        if (wanted.id === 0 && pages.all().length >= mostPages) {
          throw new WindlassError('limit', `there are ${mostPages} status pages already`);
        }
        const before = pages.all().find(({ id }) => id === wanted.id);
        const page = { ...wanted, address: wanted.address?.replace(/\/+$/, '') ?? null };
        const stored = store.transaction(() => {
          if (page.host !== null && page.host !== before?.host) hosts.claim(page.host, 'status');
          return pages.set(page);
        });
        if (before !== undefined && before.host !== null && before.host !== page.host)
          hosts.release(before.host);
        changed();
        return { page: stored };
      },
      'status.remove': ({ id }) => {
        const page = pages.all().find((each) => each.id === id);
        if (page === undefined) throw new WindlassError('not-found', `there is no status page ${id}`);
        pages.remove(id);
        if (page.host !== null) hosts.release(page.host);
        return {};
      },
      'status.preview': async ({ page }) => {
        const { renderPage } = await import('./render-page.ts');
        return { html: renderPage(pageModel(page, facts, clock.now()), '') };
      },
    },
    async start() {
      ends.push(
        events.on('incident.changed', ({ id, what, published }) => tell(id, what, published)),
        events.on('check.changed', changed),
      );
    },
    async stop() {
      for (const end of ends) end();
    },
  };
}
