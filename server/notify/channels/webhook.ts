/** Webhooks of one's own, signed as Standard Webhooks 1.0 says; `docs/webhooks.md` is their public description. */

import { createHmac } from 'node:crypto';
import type { Settings } from '../../../shared/notify/channel-kinds.ts';
import type { ChannelRequest, Message } from '../message.ts';

/** `now` in ms since the epoch: the time of the attempt, which receivers compare with their own. */
export function request(message: Message, { url, secret }: Settings<'webhook'>, now: number): ChannelRequest {
  const { notice, server, id } = message;
  const { at, ...data } = notice;
  const body = JSON.stringify({
    type: notice.kind,
    timestamp: new Date(at).toISOString(),
    data: { ...data, server },
  });
  const webhookId = `msg_${id}`;
  const timestamp = String(Math.floor(now / 1000));
  return {
    url,
    headers: {
      'Content-Type': 'application/json',
      'Webhook-Id': webhookId,
      'Webhook-Timestamp': timestamp,
      'Webhook-Signature': `v1,${sign(secret, `${webhookId}.${timestamp}.${body}`)}`,
    },
    body,
  };
}

function sign(secret: string, text: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(text).digest('base64');
}
