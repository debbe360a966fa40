/** PagerDuty's Events API v2 (https://developer.pagerduty.com/docs/events-api-v2/trigger-events/). */

import type { Settings } from '../../../shared/notify/channel-kinds.ts';
import { type ChannelRequest, cut, json, type Message } from '../message.ts';

/** It answers 202. What has one `dedup_key` is one incident there. */
export function request(message: Message, { api, routingKey }: Settings<'pagerduty'>): ChannelRequest {
  const { notice, server } = message;
  const key = { routing_key: routingKey, dedup_key: cut(`${server}/${notice.subject}`, 255) };
  if (notice.state === 'resolved') return json(`${api}/v2/enqueue`, { ...key, event_action: 'resolve' });
  return json(`${api}/v2/enqueue`, {
    ...key,
    event_action: 'trigger',
    payload: {
      summary: cut(notice.title, 1024),
      source: server,
      severity: notice.severity,
      timestamp: new Date(notice.at).toISOString(),
      class: notice.kind,
      ...(notice.app === null ? {} : { component: notice.app, group: notice.environment ?? notice.app }),
      custom_details: { text: cut(notice.text, 10_000), release: notice.release },
    },
  });
}
