/** Microsoft Teams workflows, "when a Teams webhook request is received": an Adaptive Card in a message. */

import type { Settings } from '../../../shared/notify/channel-kinds.ts';
import { type ChannelRequest, cut, headline, json, type Message, whereabouts } from '../message.ts';

/** A workflow answers 202. */
export function request(message: Message, { url }: Settings<'teams'>): ChannelRequest {
  const { notice } = message;
  const colour =
    notice.state === 'resolved'
      ? 'Good'
      : { info: 'Accent', warning: 'Warning', critical: 'Attention' }[notice.severity];
  const line = (text: string, rest: object) => ({ type: 'TextBlock', wrap: true, text, ...rest });
  return json(url, {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            line(cut(headline(notice), 500), { weight: 'Bolder', size: 'Medium', color: colour }),
            line(cut(notice.text, 10_000), {}),
            line(whereabouts(message), { isSubtle: true, spacing: 'Small' }),
          ],
        },
      },
    ],
  });
}
