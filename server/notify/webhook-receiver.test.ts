/** A receiver written from docs/webhooks.md alone: nothing of the sender's code is used to check what it sends. */

import { afterEach, beforeEach, expect, test } from 'bun:test';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { openRoom, otherSide, type Room, type Taken } from './room.fixture.ts';

let room: Room;
beforeEach(async () => {
  room = await openRoom();
  room.time = Date.now();
});
afterEach(() => room.close());

function receive({ headers, body }: Taken, secret: string, seen: Set<string>): number {
  const id = headers.get('webhook-id') ?? '';
  const timestamp = headers.get('webhook-timestamp') ?? '';
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return 401;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const wanted = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  const signatures = (headers.get('webhook-signature') ?? '').split(' ');
  const matches = signatures.some((each) => {
    const given = Buffer.from(each.replace(/^v1,/, ''), 'base64');
    return each.startsWith('v1,') && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
  if (!matches) return 401;
  seen.add(id);
  return 204;
}

test('a_receiver_made_from_the_docs_takes_what_is_ours_and_refuses_what_was_touched', async () => {
  const seen = new Set<string>();
  let secret = '';
  const side = otherSide((taken) => new Response(null, { status: receive(taken, secret, seen) }));
  const added = await room.handlers['notify.addChannel'](
    { name: 'ops', kind: 'webhook', settings: { url: side.url } },
    room.signal,
  );
  secret = added.secret ?? '';
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(await room.handlers['notify.test']({ id: added.channel.id }, room.signal)).toEqual({
    sent: true,
    answer: '204',
  });
  const [taken] = side.taken;
  if (taken === undefined) throw new Error('nothing came');
  const body = JSON.parse(taken.body);
  expect(body.type).toBe('notify.test');
  expect(new Date(body.timestamp).getTime()).toBe(room.time);
  expect(Object.keys(body.data).sort()).toEqual(
    [
      'kind',
      'subject',
      'state',
      'severity',
      'app',
      'environment',
      'release',
      'title',
      'text',
      'server',
    ].sort(),
  );
  expect(receive({ ...taken, body: taken.body.replace('reach', 'breach') }, secret, seen)).toBe(401);
  expect(receive(taken, `whsec_${'A'.repeat(43)}=`, seen)).toBe(401);
  const old = new Headers(taken.headers);
  old.set('webhook-timestamp', String(Math.floor(Date.now() / 1000) - 3600));
  expect(receive({ ...taken, headers: old }, secret, seen)).toBe(401);
  expect(seen.size).toBe(1);
  side.close();
});
