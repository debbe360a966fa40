/** Pushover's Message API (https://pushover.net/api). */

import type { Settings } from '../../../shared/notify/channel-kinds.ts';
import { type ChannelRequest, cut, headline, type Message, whereabouts } from '../message.ts';

/** It answers 200 and `{"status":1}`. */
export function request(message: Message, { api, token, user }: Settings<'pushover'>): ChannelRequest {
  const { notice } = message;
  const priority = notice.state === 'resolved' ? 0 : { info: -1, warning: 0, critical: 1 }[notice.severity];
  const form = new URLSearchParams({
    token,
    user,
    title: cut(headline(notice), 250),
    message: cut(`${notice.text}\n${whereabouts(message)}`.trim(), 1024),
    priority: String(priority),
    timestamp: String(Math.floor(notice.at / 1000)),
  });
  return {
    url: `${api}/1/messages.json`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  };
}
