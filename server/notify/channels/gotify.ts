/** Gotify (https://gotify.net/docs/pushmsg). */

import type { Settings } from '../../../shared/notify/channel-kinds.ts';
import { type ChannelRequest, cut, headline, json, type Message, whereabouts } from '../message.ts';

export function request(message: Message, { server, token }: Settings<'gotify'>): ChannelRequest {
  const { notice } = message;
  return json(
    `${server}/message`,
    {
      title: headline(notice),
      message: cut(`${notice.text}\n${whereabouts(message)}`, 10_000),
      priority: notice.state === 'resolved' ? 3 : { info: 2, warning: 5, critical: 8 }[notice.severity],
    },
    { 'X-Gotify-Key': token },
  );
}
