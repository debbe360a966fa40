/** Takes a notice in: stored with what has to be told of it, in one transaction, before the one who raised it goes on. */

import type { Notice } from '../kernel/notice.ts';
import type { Store } from '../kernel/store.ts';
import type { ChannelStore } from './channel-store.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { cut } from './message.ts';
import type { NoticeStore } from './notice-store.ts';
import { route } from './routing.ts';
import type { RuleStore } from './rule-store.ts';

export interface Intake {
  /** Null where nobody needs to hear: it was open already, or what it resolves was not. */
  take(notice: Notice): Notice | null;
}

export interface IntakeParts {
  store: Store;
  notices: NoticeStore;
  channels: ChannelStore;
  rules: RuleStore;
  deliveries: DeliveryStore;
  redact(text: string): string;
}

const noticesKept = 5000;

export function createIntake(parts: IntakeParts): Intake {
  const { store, notices, channels, rules, deliveries, redact } = parts;
  return {
    take: (raised) =>
      store.transaction(() => {
        const notice: Notice = {
          ...raised,
          title: cut(redact(raised.title).replace(/\s+/g, ' '), 200),
          text: cut(redact(raised.text), 4000),
        };
        const { subject, state, at } = notice;
        if (state === 'opened' && notices.isOpen(subject)) return null;
        if (state === 'resolved' && !notices.close(subject)) return null;
        if (state === 'resolved') deliveries.forget(subject, at);
        if (state === 'opened') notices.open(subject, at);
        const told = state === 'resolved' ? deliveries.told(subject) : [];
        const id = notices.add(notice);
        const enabled = channels.all().filter((channel) => channel.enabled);
        const known = enabled.map((channel) => channel.id);
        for (const planned of route(notice, rules.all(), known, told)) deliveries.add(id, planned, at);
        if (id % 100 === 0) notices.prune(noticesKept);
        return notice;
      }),
  };
}
