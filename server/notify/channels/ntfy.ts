/** ntfy, published as JSON at the server's root (https://docs.ntfy.sh/publish/#publish-as-json). */

import type { Settings } from '../../../shared/notify/channel-kinds.ts';
import { type ChannelRequest, cut, headline, json, type Message, whereabouts } from '../message.ts';

export function request(message: Message, { server, topic, token }: Settings<'ntfy'>): ChannelRequest {
  const { notice } = message;
  const resolved = notice.state === 'resolved';
  return json(
    server,
    {
      topic,
      title: cut(headline(notice), 200),
      // A message over 4096 bytes becomes an attachment; letters can take four.
      message: cut(`${notice.text}\n${whereabouts(message)}`, 1000),
      priority: resolved ? 3 : { info: 2, warning: 4, critical: 5 }[notice.severity],
      tags: [
        resolved
          ? 'white_check_mark'
          : { info: 'information_source', warning: 'warning', critical: 'rotating_light' }[notice.severity],
      ],
    },
    token === '' ? {} : { Authorization: `Bearer ${token}` },
  );
}
