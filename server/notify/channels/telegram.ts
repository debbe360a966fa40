/** Telegram's Bot API (https://core.telegram.org/bots/api#sendmessage). */

import type { Settings } from '../../../shared/notify/channel-kinds.ts';
import { type ChannelRequest, cut, headline, json, type Message, whereabouts } from '../message.ts';

/** It answers 200 and `{"ok":true}`. Plain text, so that nothing has to be escaped. */
export function request(message: Message, { api, token, chat }: Settings<'telegram'>): ChannelRequest {
  const { notice } = message;
  return json(`${api}/bot${token}/sendMessage`, {
    chat_id: chat,
    text: cut(`${headline(notice)}\n\n${notice.text}\n\n${whereabouts(message)}`, 4096),
    link_preview_options: { is_disabled: true },
    disable_notification: notice.severity === 'info' || notice.state === 'resolved',
  });
}
