/** Discord webhooks (https://discord.com/developers/docs/resources/webhook#execute-webhook). */

import type { Settings } from '../../../shared/notify/channel-kinds.ts';
import { type ChannelRequest, colourOf, cut, headline, json, type Message, whereabouts } from '../message.ts';

/** Discord answers 204. */
export function request(message: Message, { url }: Settings<'discord'>): ChannelRequest {
  const { notice } = message;
  return json(url, {
    embeds: [
      {
        title: cut(headline(notice), 256),
        description: cut(notice.text, 4000),
        color: colourOf(notice),
        timestamp: new Date(notice.at).toISOString(),
        footer: { text: cut(whereabouts(message), 2048) },
      },
    ],
    // Whatever the text holds, nobody is mentioned by it.
    allowed_mentions: { parse: [] },
  });
}
