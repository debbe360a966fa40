import { afterEach, beforeEach, expect, test } from 'bun:test';
import { day, openRoom, type Room, until } from './room.fixture.ts';

let room: Room;
beforeEach(async () => {
  room = await openRoom();
});
afterEach(() => room.close());

const incident = {
  id: 9,
  check: 1,
  title: 'shop: it answered 500 at 10.0.0.7',
  openedAt: Date.UTC(2026, 4, 4, 8),
  resolvedAt: null,
};

test('a_page_says_what_works_and_what_does_not', async () => {
  await room.set({});
  expect((await room.ask('/main/')).text).toContain('All systems work');
  room.facts.checks[0] = { id: 1, status: 'down' };
  room.facts.incidents.push(incident);
  room.time += day;
  const { text, headers, status } = await room.ask('/main/');
  expect(status).toBe(200);
  expect(text).toContain('Some systems have trouble');
  expect(text).toContain('Shop: trouble');
  expect(text).toContain('99.94 % of the last 2 days');
  expect(headers['Content-Security-Policy']).toStartWith("default-src 'none'");
  room.facts.checks[1] = { id: 2, status: 'down' };
  room.time += day;
  expect((await room.ask('/main/')).text).toContain('Nothing works at the moment');
});

test('nothing_internal_and_nothing_unpublished_is_on_it', async () => {
  await room.set({});
  room.facts.incidents.push(incident, { ...incident, id: 10, check: 77, title: 'secret-service: down' });
  room.facts.updates.push({ at: incident.openedAt, text: 'We are on it <b>' });
  for (const path of ['/main/', '/main/feed.atom', '/main/feed.rss', '/main/status.json']) {
    const { text } = await room.ask(path);
    expect(text).not.toContain('10.0.0.7');
    expect(text).not.toContain('secret-service');
    expect(text).toContain('We are on it');
    expect(text.includes('<b>') && !path.endsWith('json')).toBe(false);
  }
});

test('it_needs_no_script_and_loads_nothing_from_anywhere', async () => {
  await room.set({ subscribe: true, address: 'https://status.example.com' });
  const { text } = await room.ask('/main/');
  expect(text).not.toMatch(/<script|<img|<link rel="stylesheet"|@import|url\(|onload=|style="/);
  expect(text.match(/(src|href)="([^"]*)"/g)?.every((each) => each.includes('"/.windlass/status/main'))).toBe(
    true,
  );
});

test('it_is_made_once_and_then_only_sent', async () => {
  await room.set({});
  const first = await room.ask('/main/');
  for (let turn = 0; turn < 50; turn++) await room.ask('/main/');
  expect(room.asked).toBe(1);
  const etag = first.headers.ETag ?? '';
  const again = await room.ask('/main/', { headers: new Headers({ 'If-None-Match': etag }) });
  expect([again.status, again.text]).toEqual([304, '']);
  room.facts.checks[0] = { id: 1, status: 'down' };
  room.kernel.events.emit('check.changed', { id: 1 });
  room.time += 3000;
  expect((await room.ask('/main/')).text).toContain('Some systems have trouble');
  expect(room.asked).toBe(2);
});

test('feeds_badges_and_json_are_well_formed', async () => {
  await room.set({ title: 'A & B <status>' });
  room.facts.incidents.push({ ...incident, resolvedAt: Date.UTC(2026, 4, 4, 8, 30) });
  const wellFormed = (xml: string) => {
    const stack: string[] = [];
    for (const [, close, name = '', rest = ''] of xml.matchAll(
      /<(\/?)([\w:]+)((?:\s[\w:-]+="[^"<]*")*\s*\/?)>/g,
    )) {
      if (close) expect(stack.pop()).toBe(name);
      else if (!rest.endsWith('/')) stack.push(name);
    }
    expect(stack).toEqual([]);
    expect(xml.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot|#39);)/);
  };
  for (const [path, type] of [
    ['feed.atom', 'application/atom+xml'],
    ['feed.rss', 'application/rss+xml'],
    ['badge.svg', 'image/svg+xml'],
    ['badge/shop.svg', 'image/svg+xml'],
    ['uptime/shop.svg', 'image/svg+xml'],
  ]) {
    const { text, headers, status } = await room.ask(`/main/${path}`);
    expect([path, status]).toEqual([path, 200]);
    expect(headers['Content-Type']).toStartWith(type ?? '');
    wellFormed(text);
  }
  expect((await room.ask('/main/uptime/shop.svg')).text).toContain('99.94 %');
  const json = JSON.parse((await room.ask('/main/status.json')).text);
  expect(json).toMatchObject({ state: 'up', incidents: [{ id: 9, resolvedAt: '2026-05-04T08:30:00.000Z' }] });
  expect(json.components).toHaveLength(2);
  expect((await room.ask('/main/badge/nothing.svg')).status).toBe(404);
});

test('a_page_has_a_host_of_its_own_and_gives_it_back', async () => {
  const page = await room.set({ host: 'status.example.com' });
  expect([...room.claimed]).toEqual([['status.example.com', 'status']]);
  const own = await room.ask('/', { host: 'status.example.com' });
  expect(own.text).toContain('href="/feed.atom"');
  expect((await room.ask('/main/')).text).toContain('href="/.windlass/status/main/feed.atom"');
  await room.set({ ...page, host: 'other.example.com' });
  expect([...room.claimed.keys()]).toEqual(['other.example.com']);
  await room.handlers['status.remove']({ id: page.id }, room.signal);
  expect(room.claimed.size).toBe(0);
  expect((await room.ask('/main/')).status).toBe(404);
});

test('maintenance_is_announced_where_it_concerns_the_page', async () => {
  await room.set({});
  const at = room.time + day;
  room.facts.maintenance.push({ title: 'New disks', checks: [1], from: at, to: at + 3_600_000 });
  room.facts.maintenance.push({ title: 'Elsewhere', checks: [99], from: at, to: at + 3_600_000 });
  const { text } = await room.ask('/main/');
  expect(text).toContain('New disks');
  expect(text).toContain('2026-05-05 09:00 UTC to 2026-05-05 10:00 UTC');
  expect(text).not.toContain('Elsewhere');
});

const form = (to: string) => ({
  method: 'POST',
  body: new TextEncoder().encode(new URLSearchParams({ to }).toString()),
});
const linkOf = (purpose: string) =>
  room.letters.at(-1)?.text.match(new RegExp(`https://status.example.com(/${purpose}/\\S+)`))?.[1] ?? '';

test('nobody_is_told_before_the_address_was_confirmed_and_nobody_after_it_was_given_up', async () => {
  await room.set({ subscribe: true, address: 'https://status.example.com/' });
  expect((await room.ask('/main/subscribe', form('reader@example.org'))).status).toBe(200);
  await until(() => room.letters.length === 1);
  expect(room.letters[0]).toMatchObject({
    to: 'reader@example.org',
    subject: 'Harbour status: is this address yours?',
  });
  room.facts.incidents.push(incident);
  const changed = () => room.kernel.events.emit('incident.changed', { id: 9, what: 'opened', published: '' });
  changed();
  const link = linkOf('confirm');
  // Programs that look at mail open links; only the button counts.
  expect((await room.ask(`/main${link}`)).text).toContain('<form method="post"');
  changed();
  expect((await room.ask(`/main${link}`, { method: 'POST' })).text).toContain('You will hear of incidents.');
  room.mailFailures = 1;
  changed();
  await until(() => room.mailFailures < 1);
  room.time += 10_000;
  await until(() => room.letters.length === 2);
  expect(room.letters[1]).toMatchObject({
    to: 'reader@example.org',
    subject: 'Harbour status: Shop: trouble',
  });
  expect(room.letters[1]?.headers?.['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
  expect(room.letters[1]?.text).not.toContain('10.0.0.7');
  expect((await room.ask(`/main${linkOf('unsubscribe')}`, { method: 'POST' })).text).toContain(
    'nothing more',
  );
  changed();
  expect((await room.handlers['status.pages']({}, room.signal)).pages[0]?.subscribers).toBe(0);
  expect(room.kernel.store.db.query('SELECT 1 FROM status_messages').all()).toEqual([]);
});

test('a_link_is_good_for_its_purpose_its_page_and_its_reader_only', async () => {
  await room.set({ subscribe: true, address: 'https://status.example.com' });
  await room.set({ slug: 'second', subscribe: true, address: 'https://status.example.com' });
  await room.ask('/main/subscribe', form('reader@example.org'));
  await until(() => room.letters.length === 1);
  const link = linkOf('confirm');
  const bad = [
    link.replace('confirm', 'unsubscribe'),
    link.replace(/confirm\/\d+/, 'confirm/999'),
    `${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`,
    '/confirm/nonsense',
  ];
  for (const each of bad) expect((await room.ask(`/main${each}`, { method: 'POST' })).status).toBe(404);
  expect((await room.ask(`/second${link}`, { method: 'POST' })).status).toBe(404);
  expect((await room.ask(`/main${link}`, { method: 'POST' })).status).toBe(200);
});

test('who_subscribes_is_neither_told_nor_stored_in_the_clear_and_cannot_ask_without_end', async () => {
  await room.set({ subscribe: true, address: 'https://status.example.com' });
  const once = await room.ask('/main/subscribe', form('reader@example.org'));
  const twice = await room.ask('/main/subscribe', form('reader@example.org'));
  expect(once.text).toBe(twice.text);
  for (const to of ['', 'no address', 'a@b', 'http://plain.example', 'x@y.z\nBcc: all@example.com']) {
    expect([to, (await room.ask('/main/subscribe', { ...form(to), client: '203.0.113.9' })).status]).toEqual([
      to,
      400,
    ]);
  }
  const answers = [];
  for (let turn = 0; turn < 6; turn++)
    answers.push((await room.ask('/main/subscribe', form(`r${turn}@example.org`))).status);
  expect(answers).toEqual([200, 200, 200, 429, 429, 429]);
  await until(() => room.letters.length >= 4);
  const file = await Bun.file(`${room.kernel.paths.controlDb}-wal`).text();
  expect(file).not.toContain('reader@example.org');
});

test('a_webhook_that_a_stranger_gives_reaches_nothing_inside', async () => {
  const { callWebhook } = await import('./call-webhook.ts');
  const inside = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('taken') });
  const { signal } = new AbortController();
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '169.254.169.254', '[::ffff:127.0.0.1]', '0x7f.1']) {
    await expect(callWebhook(`https://${host}:${inside.port}/`, {}, signal)).rejects.toMatchObject({
      code: 'forbidden',
    });
  }
  inside.stop(true);
});

test('subscriptions_without_an_address_for_their_links_are_refused', async () => {
  await expect(room.set({ subscribe: true })).rejects.toMatchObject({ code: 'invalid' });
  await room.set({});
  await expect(room.set({ id: 0, slug: 'main' })).rejects.toMatchObject({ code: 'conflict' });
  expect((await room.ask('/main/subscribe', form('a@example.org'))).status).toBe(404);
});
