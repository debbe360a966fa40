/** Notifications as a feature: what any other raises as a `notice` is stored at once and delivered by and by. */

import { hostname } from 'node:os';
import { WindlassError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/notify/channel-kinds.ts';
import type { Feature } from '../kernel/feature.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Notice } from '../kernel/notice.ts';
import { createChannelStore } from './channel-store.ts';
import { notifyChecks } from './checks.ts';
import { createCourier } from './courier.ts';
import { createDeliveryStore } from './delivery-store.ts';
import { notifyHandlers } from './handlers.ts';
import { createIntake } from './intake.ts';
import { createNoticeStore } from './notice-store.ts';
import { createRuleStore } from './rule-store.ts';
import { notifyMigrations } from './schema.ts';

export { notifyMigrations as migrations } from './schema.ts';

/** The parts of the kernel notifications need. */
export type NotifyKernel = Pick<Kernel, 'clock' | 'log' | 'store' | 'secrets' | 'events'>;

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly id: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Notify {
  readonly feature: Feature;
  /** Sends a letter through the first e-mail channel. Throws `unavailable` where there is none, or where it is not taken. */
  mail(letter: Letter): Promise<void>;
}

export function createNotify(kernel: NotifyKernel): Notify {
  const { clock, store, secrets, events } = kernel;
  const log = kernel.log.child('notify');
  const notices = createNoticeStore(store);
  const channels = createChannelStore(store, secrets);
  const rules = createRuleStore(store);
  const deliveries = createDeliveryStore(store);
  const { redact } = secrets;
  const server = hostname();
  const listeners = new Set<(notice: Notice) => void>();
  const sending = () => import('./send.ts');
  const courier = createCourier({
    ...{ clock, log, store, channels, deliveries, notices, server, redact },
    send: async (channel, message) => (await sending()).send(channel, message, clock.now),
  });
  const intake = createIntake({ store, notices, channels, rules, deliveries, redact });
  const ends: (() => void)[] = [];

  return {
    async mail(letter) {
      const channel = channels.all().find((each) => each.kind === 'email' && each.enabled);
      if (channel === undefined) {
        throw new WindlassError('unavailable', 'there is no e-mail channel to send it through', {
          hint: 'Add one under Notifications, or with `windlass notify add email`.',
        });
      }
      const { mail } = await sending();
      const outcome = await mail(channel.settings as Settings<'email'>, letter);
      if (outcome.kind !== 'sent') {
        throw new WindlassError('unavailable', `the mail was not taken: ${redact(outcome.answer)}`);
      }
    },
    feature: {
      name: 'notify',
      migrations: notifyMigrations,
      checks: notifyChecks(channels),
      contract: async () => (await import('../../shared/notify/contract.ts')).notifyContract,
      handlers: notifyHandlers({
        ...{ channels, rules, deliveries, notices, courier, redact },
        follow(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        test: async (channel) =>
          (await sending()).send(
            channel,
            { id: crypto.randomUUID(), server, notice: testNotice(clock.now()) },
            clock.now,
          ),
      }),
      async start() {
        ends.push(
          events.on('notice', (raised) => {
            const notice = intake.take(raised);
            if (notice === null) return;
            for (const tell of listeners) tell(notice);
            courier.look();
          }),
          events.on('notice.acknowledged', ({ subject }) => notices.acknowledge(subject)),
        );
        courier.look();
      },
      async stop() {
        for (const end of ends) end();
        await courier.stop();
      },
    },
  };
}

function testNotice(at: number): Notice {
  return {
    kind: 'notify.test',
    subject: 'notify:test',
    state: 'news',
    severity: 'info',
    app: null,
    environment: null,
    release: null,
    title: 'Windlass can reach you here',
    text: 'This is a test. Notices will look like this one.',
    at,
  };
}
