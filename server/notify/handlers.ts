/** The methods of notifications. */

import { randomBytes } from 'node:crypto';
import { WindlassError } from '../../shared/errors.ts';
import { type ChannelKind, fieldsOf, readSettings } from '../../shared/notify/channel-kinds.ts';
import type { Channel } from '../../shared/notify/contract.ts';
import type { Handlers } from '../kernel/feature.ts';
import type { Notice } from '../kernel/notice.ts';
import { type ChannelRow, type ChannelStore, shownSettings } from './channel-store.ts';
import type { Courier } from './courier.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { NoticeStore } from './notice-store.ts';
import type { Outcome } from './outcome.ts';
import type { RuleStore } from './rule-store.ts';

export interface HandlerParts {
  channels: ChannelStore;
  rules: RuleStore;
  deliveries: DeliveryStore;
  notices: NoticeStore;
  courier: Courier;
  /** Tells each notice; the function it returns ends that. */
  follow(listener: (notice: Notice) => void): () => void;
  test(channel: ChannelRow): Promise<Outcome>;
  redact(text: string): string;
}

export function notifyHandlers(parts: HandlerParts): Handlers {
  const { channels, rules, deliveries, notices, courier } = parts;
  const shown = (row: ChannelRow): Channel => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    enabled: row.enabled,
    settings: shownSettings(row.kind, row.settings),
    waiting: deliveries.channelsWaiting().find((each) => each.channel === row.id)?.count ?? 0,
    failingSince: row.failingSince,
    lastAnswer: row.lastAnswer,
  });
  const withSecret = (kind: ChannelKind, settings: Readonly<Record<string, string>>) =>
    kind === 'webhook' && !settings.secret
      ? { ...settings, secret: `whsec_${randomBytes(32).toString('base64')}` }
      : settings;

  return {
    'notify.channels': () => ({ channels: channels.all().map(shown) }),
    'notify.addChannel': ({ name, kind, settings }) => {
      const whole = parsed(kind, withSecret(kind, settings));
      const id = channels.add({ name, kind, settings: whole });
      const made = kind === 'webhook' && !settings.secret;
      return { channel: shown(channels.get(id)), secret: made ? (whole.secret ?? null) : null };
    },
    'notify.setChannel': ({ id, name, enabled, settings }) => {
      const row = channels.get(id);
      channels.set({
        id,
        kind: row.kind,
        name: name ?? row.name,
        enabled: enabled ?? row.enabled,
        settings: parsed(row.kind, { ...row.settings, ...settings }),
      });
      courier.look();
      return { channel: shown(channels.get(id)) };
    },
    'notify.removeChannel': ({ id }) => {
      channels.get(id);
      channels.remove(id);
      return {};
    },
    'notify.test': async ({ id }) => {
      const outcome = await parts.test(channels.get(id));
      return { sent: outcome.kind === 'sent', answer: parts.redact(outcome.answer).slice(0, 500) };
    },
    'notify.rules': () => ({ rules: rules.all() }),
    'notify.setRule': ({ rule }) => {
      for (const id of [...rule.channels, ...(rule.escalation?.channels ?? [])]) channels.get(id);
      return { rule: rules.set(rule) };
    },
    'notify.removeRule': ({ id }) => {
      rules.remove(id);
      return {};
    },
    'notify.deliveries': ({ limit }) => ({ deliveries: deliveries.list(limit) }),
    'notify.notices': ({ limit }) => ({ notices: notices.list(limit) }),
    'notify.follow': (_params, { emit, signal }) =>
      new Promise((resolve) => {
        const end = parts.follow(emit);
        signal.addEventListener('abort', () => {
          end();
          resolve({});
        });
      }),
  };
}

function parsed(kind: ChannelKind, settings: Readonly<Record<string, string>>): Record<string, string> {
  const read = readSettings(kind, settings);
  if (read.kind === 'fine') return read.settings;
  const field = fieldsOf(kind).find((each) => each.name === read.field);
  throw new WindlassError('invalid', `the setting "${read.field}" of ${kind} does not fit: ${read.why}`, {
    hint:
      field?.hint ??
      `${kind} takes ${fieldsOf(kind)
        .map(({ name }) => name)
        .join(', ')}.`,
  });
}
