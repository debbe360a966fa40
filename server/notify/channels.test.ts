import { expect, test } from 'bun:test';
import { type ChannelKind, channelKinds, readSettings } from '../../shared/notify/channel-kinds.ts';
import { outcomeOf } from './outcome.ts';
import { aNotice, type OtherSide, otherSide, type Taken } from './room.fixture.ts';
import { send } from './send.ts';

const at = Date.UTC(2026, 4, 4, 9);
const message = { id: 'm1', server: 'web-1', notice: aNotice(at) };
const over = { ...message, notice: { ...message.notice, state: 'resolved' as const } };

async function tell(
  kind: ChannelKind,
  given: (side: OtherSide) => Record<string, string>,
  what: typeof message | typeof over = message,
  answer: (taken: Taken) => Response = () => new Response('ok'),
) {
  const side = otherSide(answer);
  try {
    const read = readSettings(kind, given(side));
    if (read.kind !== 'fine') throw new Error(`${read.field}: ${read.why}`);
    const outcome = await send({ kind, settings: read.settings }, what, () => at);
    const taken = side.taken[0];
    if (taken === undefined) throw new Error('nothing came');
    const isJson = taken.headers.get('content-type') === 'application/json';
    return { outcome, ...taken, json: isJson ? JSON.parse(taken.body) : null };
  } finally {
    side.close();
  }
}

test('slack_gets_text_and_an_attachment_with_everything_escaped', async () => {
  const { method, path, json, outcome } = await tell('slack', ({ url }) => ({
    url: `${url}/services/T/B/x`,
  }));
  expect([method, path, outcome.kind]).toEqual(['POST', '/services/T/B/x', 'sent']);
  expect(json.text).toBe('shop does not answer');
  expect(json.attachments[0].color).toBe('#c62828');
  expect(json.attachments[0].blocks[0].text).toEqual({
    type: 'mrkdwn',
    text: 'It answered 500 &lt;three&gt; times &amp; more.',
  });
});

test('discord_gets_an_embed_that_mentions_nobody', async () => {
  const { json, outcome } = await tell(
    'discord',
    ({ url }) => ({ url: `${url}/api/webhooks/1/x` }),
    over,
    () => new Response(null, { status: 204 }),
  );
  expect(outcome.kind).toBe('sent');
  expect(json.allowed_mentions).toEqual({ parse: [] });
  expect(json.embeds).toEqual([
    {
      title: 'Resolved: shop does not answer',
      description: message.notice.text,
      color: 0x2e7d32,
      timestamp: '2026-05-04T09:00:00.000Z',
      footer: { text: 'shop/production, release 7, on web-1' },
    },
  ]);
});

test('telegram_gets_plain_text_and_a_refusal_within_its_200_is_seen', async () => {
  const settings = ({ url }: OtherSide) => ({ api: url, token: '123:abcdef', chat: '-100' });
  const told = await tell('telegram', settings, message, () => Response.json({ ok: true, result: {} }));
  expect(told.path).toBe('/bot123:abcdef/sendMessage');
  expect(told.json).toMatchObject({ chat_id: '-100', disable_notification: false });
  expect(told.json.text).toStartWith('shop does not answer\n\n');
  expect(told.json).not.toHaveProperty('parse_mode');
  expect(told.outcome.kind).toBe('sent');
  const refused = await tell('telegram', settings, message, () => Response.json({ ok: false }));
  expect(refused.outcome.kind).toBe('refused');
});

test('teams_gets_an_adaptive_card', async () => {
  const { json, outcome } = await tell(
    'teams',
    ({ url }) => ({ url }),
    message,
    () => new Response('', { status: 202 }),
  );
  expect(outcome.kind).toBe('sent');
  expect(json.type).toBe('message');
  expect(json.attachments[0]).toMatchObject({
    contentType: 'application/vnd.microsoft.card.adaptive',
    content: {
      type: 'AdaptiveCard',
      version: '1.4',
      body: [{ type: 'TextBlock', color: 'Attention' }, {}, {}],
    },
  });
});

test('ntfy_gets_json_at_its_root_with_a_token', async () => {
  const { path, headers, json } = await tell('ntfy', ({ url }) => ({
    server: `${url}/`,
    topic: 'alerts',
    token: 'tk_1',
  }));
  expect(path).toBe('/');
  expect(headers.get('authorization')).toBe('Bearer tk_1');
  expect(json).toMatchObject({
    topic: 'alerts',
    priority: 5,
    tags: ['rotating_light'],
    title: 'shop does not answer',
  });
});

test('pagerduty_triggers_and_resolves_one_incident', async () => {
  const settings = ({ url }: OtherSide) => ({ api: url, routingKey: 'R0' });
  const accepted = () => Response.json({ status: 'success' }, { status: 202 });
  const opened = await tell('pagerduty', settings, message, accepted);
  expect(opened.path).toBe('/v2/enqueue');
  expect(opened.json).toMatchObject({
    routing_key: 'R0',
    event_action: 'trigger',
    dedup_key: 'web-1/check:12',
    payload: {
      summary: 'shop does not answer',
      source: 'web-1',
      severity: 'critical',
      timestamp: '2026-05-04T09:00:00.000Z',
    },
  });
  const resolved = await tell('pagerduty', settings, over, accepted);
  expect(resolved.json).toEqual({ routing_key: 'R0', event_action: 'resolve', dedup_key: 'web-1/check:12' });
});

test('opsgenie_opens_an_alert_and_closes_it_by_its_alias', async () => {
  const settings = ({ url }: OtherSide) => ({ api: url, apiKey: 'k1' });
  const opened = await tell('opsgenie', settings);
  expect(opened.path).toBe('/v2/alerts');
  expect(opened.headers.get('authorization')).toBe('GenieKey k1');
  expect(opened.json).toMatchObject({
    alias: 'web-1/check:12',
    priority: 'P1',
    message: 'shop does not answer',
  });
  const closed = await tell('opsgenie', settings, over);
  expect(closed.path).toBe('/v2/alerts/web-1%2Fcheck%3A12/close?identifierType=alias');
});

test('gotify_gets_its_token_in_a_header_and_never_in_the_address', async () => {
  const { path, headers, json } = await tell('gotify', ({ url }) => ({ server: url, token: 'Atoken' }));
  expect(path).toBe('/message');
  expect(headers.get('x-gotify-key')).toBe('Atoken');
  expect(json).toMatchObject({ title: 'shop does not answer', priority: 8 });
});

test('pushover_gets_a_form', async () => {
  const { path, body, outcome } = await tell(
    'pushover',
    ({ url }) => ({ api: url, token: 'T', user: 'U' }),
    message,
    () => Response.json({ status: 1, request: 'r' }),
  );
  expect(path).toBe('/1/messages.json');
  expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
    token: 'T',
    user: 'U',
    title: 'shop does not answer',
    priority: '1',
    timestamp: String(at / 1000),
  });
  expect(outcome.kind).toBe('sent');
});

test('a_redirect_is_not_followed_with_the_signature', async () => {
  const elsewhere = otherSide();
  const settings = ({ url }: OtherSide) => ({ url, secret: `whsec_${'A'.repeat(43)}=` });
  const { outcome } = await tell('webhook', settings, message, () => Response.redirect(elsewhere.url, 307));
  expect(outcome.kind).toBe('later');
  expect(elsewhere.taken).toEqual([]);
  elsewhere.close();
});

test('what_is_wrong_with_a_message_is_final_and_what_is_wrong_with_the_other_side_is_not', () => {
  const kindOf = (status: number, retryAfter: string | null = null) =>
    outcomeOf('webhook', { status, body: '', retryAfter }, at);
  expect([200, 204, 299].map((status) => kindOf(status).kind)).toEqual(['sent', 'sent', 'sent']);
  expect([400, 413, 422].map((status) => kindOf(status).kind)).toEqual(['refused', 'refused', 'refused']);
  expect([301, 401, 404, 429, 500, 503].every((status) => kindOf(status).kind === 'later')).toBe(true);
  expect(kindOf(429, '120')).toMatchObject({ waitMs: 120_000 });
  expect(kindOf(503, 'Mon, 04 May 2026 09:02:00 GMT')).toMatchObject({ waitMs: 120_000 });
  expect(kindOf(503, 'soon')).toMatchObject({ waitMs: null });
});

test('settings_are_refused_by_field', () => {
  const whole = { host: 'smtp.example.com', from: 'a@example.com', to: 'b@example.com' };
  expect(readSettings('email', whole)).toMatchObject({
    kind: 'fine',
    settings: { port: '587', security: 'starttls' },
  });
  expect(readSettings('email', { ...whole, port: '70000' })).toMatchObject({ kind: 'wrong', field: 'port' });
  expect(readSettings('email', { ...whole, from: 'a\nBcc: c' })).toMatchObject({ field: 'from' });
  expect(readSettings('email', { ...whole, security: 'maybe' })).toMatchObject({ field: 'security' });
  expect(readSettings('slack', { url: 'javascript:1' })).toMatchObject({ field: 'url' });
  expect(readSettings('slack', {})).toMatchObject({ field: 'url', why: 'it is needed' });
  expect(readSettings('slack', { url: 'https://a.example', other: '1' })).toMatchObject({ field: 'other' });
  expect(readSettings('webhook', { url: 'https://a.example', secret: 'whsec_short' })).toMatchObject({
    field: 'secret',
  });
  expect(new Set(channelKinds.map((each) => each.kind)).size).toBe(11);
});
