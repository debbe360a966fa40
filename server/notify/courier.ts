/** Carries what waits to its channels: one message at a time for each, in order, tried again until it is taken. */

import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Store } from '../kernel/store.ts';
import type { ChannelRow, ChannelStore } from './channel-store.ts';
import type { DeliveryStore, Waiting } from './delivery-store.ts';
import { digest } from './digest.ts';
import type { Message } from './message.ts';
import type { NoticeStore } from './notice-store.ts';
import { backOffMs, type Outcome } from './outcome.ts';

export interface Courier {
  /** Something may be due: looks, and looks again by itself as long as anything waits. */
  look(): void;
  /** Resolves when what is being sent has been answered: a message that was taken is never sent again. */
  stop(): Promise<void>;
}

export interface CourierParts {
  clock: Clock;
  log: Log;
  store: Store;
  channels: ChannelStore;
  deliveries: DeliveryStore;
  notices: NoticeStore;
  /** The name of this machine. */
  server: string;
  send(channel: ChannelRow, message: Message): Promise<Outcome>;
  redact(text: string): string;
}

/** After so long nobody needs to hear any more. */
const longestWaitMs = 3 * 86_400_000;
const longestSleepMs = 60_000;
const digestAtMost = 200;

export function createCourier(parts: CourierParts): Courier {
  const { clock, log, store, channels, deliveries, notices } = parts;
  const underWay = new Map<number, Promise<void>>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let stopped = false;

  /** What the channel is told now; empty where nothing is due. What needs no telling any more is ended on the way. */
  const dueOf = (channel: ChannelRow, now: number): Waiting[] => {
    const waiting = deliveries.waiting(channel.id).filter((each) => {
      if (now - each.notice.at > longestWaitMs) {
        deliveries.end([each.id], 'given-up', now, channel.lastAnswer ?? 'it waited for three days');
        return false;
      }
      if (each.notBefore > now) return false;
      const subject = each.notice.subject;
      if (!each.ifOpen || (notices.isOpen(subject) && !notices.isAcknowledged(subject))) return true;
      deliveries.end([each.id], 'not-needed', now, 'somebody took care of it');
      return false;
    });
    const [first] = waiting;
    if (first === undefined) return [];
    const alone = !first.held || channel.kind === 'pagerduty' || channel.kind === 'opsgenie';
    // What was tried together is tried again together, for the other side may know it by its id.
    return alone
      ? [first]
      : waiting.filter((each) => each.held && each.attempts === first.attempts).slice(0, digestAtMost);
  };

  const settle = (channel: ChannelRow, due: readonly Waiting[], outcome: Outcome) =>
    store.transaction(() => {
      const now = clock.now();
      const ids = due.map((each) => each.id);
      const answer = parts.redact(outcome.answer).slice(0, 500);
      deliveries.attempted(ids, now, answer);
      if (outcome.kind !== 'later') {
        deliveries.end(ids, outcome.kind, now, answer);
        channels.setHealth(channel.id, { failures: 0, failingSince: null, retryAt: 0, lastAnswer: answer });
        return;
      }
      const failures = channel.failures + 1;
      channels.setHealth(channel.id, {
        failures,
        failingSince: channel.failingSince ?? now,
        retryAt: now + Math.max(outcome.waitMs ?? 0, backOffMs(failures)),
        lastAnswer: answer,
      });
    });

  const tell = async (channel: ChannelRow, due: readonly Waiting[]) => {
    const [first, ...rest] = due;
    if (first === undefined) return;
    const notice = digest([first.notice, ...rest.map((each) => each.notice)]);
    const outcome = await parts.send(channel, { id: first.uid, notice, server: parts.server });
    settle(channel, due, outcome);
  };

  const look = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (stopped) return;
    const now = clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const { channel: id, first } of deliveries.channelsWaiting()) {
      const channel = channels.get(id);
      if (!channel.enabled || underWay.has(id)) continue;
      // A clock that was put back must not make it wait for longer than anything is waited for.
      const held = channel.retryAt > now && channel.retryAt - now <= 3_600_000;
      const due = held ? [] : dueOf(channel, now);
      if (due.length === 0) {
        next = Math.min(next, held ? channel.retryAt : Math.max(first, now + 1000));
        continue;
      }
      const told = tell(channel, due)
        .catch((error: unknown) => {
          log.error('a message could not be sent', { channel: channel.name, error });
          settle(channel, due, { kind: 'later', answer: 'Windlass hit a bug', waitMs: null });
        })
        .finally(() => {
          underWay.delete(id);
          look();
        });
      underWay.set(id, told);
    }
    if (next !== Number.POSITIVE_INFINITY) {
      timer = setTimeout(look, Math.min(longestSleepMs, Math.max(0, next - now)));
    }
  };

  return {
    look,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await Promise.all(underWay.values());
    },
  };
}
