/** Slack incoming webhooks (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). */

import type { Settings } from '../../../shared/notify/channel-kinds.ts';
import { type ChannelRequest, colourOf, cut, headline, json, type Message, whereabouts } from '../message.ts';

/** Slack answers 200 and the text `ok`. */
export function request(message: Message, { url }: Settings<'slack'>): ChannelRequest {
  const { notice } = message;
  const title = headline(notice);
  return json(url, {
    text: escaped(cut(title, 3000)),
    attachments: [
      {
        color: `#${colourOf(notice).toString(16).padStart(6, '0')}`,
        blocks: [
          // A section holds 3000 characters at most; what is escaped grows.
          {
            type: 'section',
            text: { type: 'mrkdwn', text: cut(escaped(cut(notice.text || title, 2500)), 3000) },
          },
          { type: 'context', elements: [{ type: 'plain_text', text: cut(whereabouts(message), 2000) }] },
        ],
      },
    ],
  });
}

/** The three characters that mean something in its text; without them nobody can be mentioned. */
function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
