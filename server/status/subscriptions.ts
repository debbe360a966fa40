/** Subscribing to a page: asked for, confirmed by whoever the address belongs to, ended by a link. */

import { WindlassError } from '../../shared/errors.ts';
import type { StatusPage } from '../../shared/status/page.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Jobs } from '../kernel/jobs.ts';
import type { Store } from '../kernel/store.ts';
import type { Mailer } from './facts.ts';
import { makeToken, type Purpose, readToken } from './link-token.ts';
import type { PageStore } from './page-store.ts';
import type { Subscriber, SubscriberStore } from './subscriber-store.ts';

export interface Subscriptions {
  /** Says the same whether it was there already: nobody learns who subscribed. */
  ask(page: StatusPage, to: string, client: string): 'asked' | 'wrong' | 'too-many';
  /** Null where the token is not ours. */
  find(page: StatusPage, purpose: Purpose, token: string): Subscriber | null;
  confirm(subscriber: Subscriber): void;
  end(subscriber: Subscriber): void;
  /** Tells all who confirmed. */
  tell(page: StatusPage, subject: string, text: string): void;
}

export interface SubscriptionParts {
  clock: Clock;
  store: Store;
  jobs: Jobs;
  pages: PageStore;
  subscribers: SubscriberStore;
  mailer: Mailer;
}

const kind = 'status.tell';
const askedAtMost = 5;
const hourMs = 3_600_000;
const clientsAtMost = 10_000;

export function createSubscriptions(parts: SubscriptionParts): Subscriptions {
  const { clock, store, jobs, pages, subscribers, mailer } = parts;
  /** How often each client asked, in this hour. */
  let asked = new Map<string, number>();
  let askedSince = clock.monotonic();

  const link = (page: StatusPage, purpose: Purpose, { id }: Subscriber) =>
    `${page.address}/${purpose}/${makeToken(pages.key(page.id), purpose, id)}`;
  const queue = (subscriber: Subscriber, subject: string, text: string) =>
    store.transaction(() => {
      const id = subscribers.addMessage(subscriber.id, subject, text, clock.now());
      jobs.add({ kind, subject: String(id), key: `status:${subscriber.id}` });
    });

  jobs.define({
    kind,
    concurrency: 4,
    maxAttempts: 60,
    async run(subject, { signal }) {
      const message = subscribers.message(Number(subject));
      const subscriber = message === null ? null : subscribers.find(message.subscriber);
      const page = pages.all().find(({ id }) => id === subscriber?.page);
      if (message === null || subscriber === null || page === undefined) return;
      const end = link(page, 'unsubscribe', subscriber);
      if (subscriber.kind === 'email') {
        await mailer.mail({
          to: subscriber.to,
          subject: message.subject,
          text: `${message.text}\n\n--\nTo end this: ${end}\n`,
          id: message.uid,
          // RFC 8058: one click of the mail program is enough.
          headers: { 'List-Unsubscribe': `<${end}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
        });
      } else {
        const { callWebhook } = await import('./call-webhook.ts');
        await callWebhook(
          subscriber.to,
          { id: message.uid, title: message.subject, text: message.text, unsubscribe: end },
          signal,
        );
      }
      subscribers.removeMessage(Number(subject));
    },
    onGivenUp: (subject) => subscribers.removeMessage(Number(subject)),
  });

  return {
    ask(page, to, client) {
      const address = addressOf(to.trim());
      if (address === null) return 'wrong';
      if (clock.monotonic() - askedSince > hourMs || asked.size > clientsAtMost) {
        asked = new Map();
        askedSince = clock.monotonic();
      }
      const count = (asked.get(client) ?? 0) + 1;
      asked.set(client, count);
      if (count > askedAtMost) return 'too-many';
      const key = pages.key(page.id);
      const subscriber = subscribers.add(page.id, key, address, to.trim(), clock.now());
      if (subscriber === null) return 'too-many';
      if (!subscriber.confirmed) {
        const url = link(page, 'confirm', subscriber);
        queue(
          subscriber,
          `${page.title}: is this address yours?`,
          `Somebody asked to be told of incidents of ${page.title} at this address.\nIf it was you, open ${url}\nIf not, do nothing.`,
        );
      }
      return 'asked';
    },
    find(page, purpose, token) {
      const id = readToken(pages.key(page.id), purpose, token);
      const subscriber = id === null ? null : subscribers.find(id);
      return subscriber?.page === page.id ? subscriber : null;
    },
    confirm: ({ id }) => subscribers.confirm(id),
    end: ({ id }) => subscribers.remove(id),
    tell(page, subject, text) {
      if (page.address === null || !page.subscribe) return;
      for (const subscriber of subscribers.confirmed(page.id)) queue(subscriber, subject, text);
    },
  };
}

function addressOf(to: string): Subscriber['kind'] | null {
  if (to.length > 300 || /[\s<>",;]/.test(to)) return null;
  if (/^https:\/\/[^/]+/.test(to)) return 'webhook';
  return /^[^@]+@[^@.]+(\.[^@.]+)+$/.test(to) ? 'email' : null;
}

/** A subscription that cannot be, for whoever sets a page up. */
export function examineSubscriptions(page: StatusPage): void {
  if (!page.subscribe || page.address !== null) return;
  throw new WindlassError('invalid', 'subscribers need links that work', {
    hint: 'Set the address under which people find the page.',
  });
}
