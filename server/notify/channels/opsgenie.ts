/** Opsgenie's Alert API (https://docs.opsgenie.com/docs/alert-api). */

import type { Settings } from '../../../shared/notify/channel-kinds.ts';
import { type ChannelRequest, cut, json, type Message, whereabouts } from '../message.ts';

/** It answers 202. What has one alias is one alert there. */
export function request(message: Message, { api, apiKey }: Settings<'opsgenie'>): ChannelRequest {
  const { notice, server } = message;
  const headers = { Authorization: `GenieKey ${apiKey}` };
  const alias = cut(`${server}/${notice.subject}`, 512);
  if (notice.state === 'resolved') {
    const place = `${api}/v2/alerts/${encodeURIComponent(alias)}/close?identifierType=alias`;
    return json(place, { source: server, note: cut(`${notice.title}\n${notice.text}`, 25_000) }, headers);
  }
  return json(
    `${api}/v2/alerts`,
    {
      message: cut(notice.title, 130),
      alias,
      description: cut(`${notice.text}\n\n${whereabouts(message)}`, 15_000),
      priority: { info: 'P5', warning: 'P3', critical: 'P1' }[notice.severity],
      source: server,
      entity: notice.app ?? server,
      tags: [notice.kind],
    },
    headers,
  );
}
