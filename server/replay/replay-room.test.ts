import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { openReplayRoom, type ReplayRoom } from './replay-room.ts';

let folder: string;
let room: ReplayRoom;
const bounds = {
  segmentBytes: 1e6,
  replayBytes: 2e6,
  keepBytes: 3e6,
  mostSegments: 5,
  mostMs: 3_600_000,
  keepDays: 30,
};
const now = Date.UTC(2026, 5, 1);
const from = { app: 'shop', environment: 'production', release: 'shop@1', now };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'));
  room = openReplayRoom(folder, bounds);
});

afterAll(() => {
  room.close();
  rmSync(folder, { recursive: true });
});

const id = (letter: string) => letter.repeat(32);

function items(
  replay: string,
  segment: number,
  events: unknown[],
  pack: (text: Buffer) => Uint8Array = (text) => text,
  more: object = {},
) {
  const about = {
    replay_id: replay,
    segment_id: segment,
    timestamp: now / 1000 + segment,
    replay_start_timestamp: now / 1000,
    urls: [`/page-${segment}`],
    ...more,
  };
  const recording = Buffer.concat([
    Buffer.from(`{"segment_id":${segment}}\n`),
    pack(Buffer.from(JSON.stringify(events))),
  ]);
  return [
    { type: 'replay_event' as const, payload: Buffer.from(JSON.stringify(about)) },
    { type: 'replay_recording' as const, payload: recording },
  ];
}

test('segments_come_in_any_order_twice_and_packed_in_every_way', async () => {
  const packs = [
    (text: Buffer) => text,
    (text: Buffer) => deflateSync(text),
    (text: Buffer) => gzipSync(text),
  ];
  for (const segment of [2, 0, 1, 2]) {
    await room.take(
      from,
      items(id('a'), segment, [{ type: 3, segment }], packs[segment], { error_ids: [id('e')] }),
    );
  }
  const found = await room.get(id('a'));
  expect(found).toMatchObject({
    segments: 3,
    numbers: [0, 1, 2],
    app: 'shop',
    startedAt: now,
    endedAt: now + 2000,
    errors: [id('e')],
  });
  for (const segment of [0, 1, 2]) {
    expect(JSON.parse(await room.segment(id('a'), segment))).toEqual([{ type: 3, segment }]);
  }
  expect(room.list({ app: null, error: id('e'), limit: 9 }).map((each) => each.id)).toEqual([id('a')]);
});

test('two_of_the_same_segment_at_once_are_one', async () => {
  await Promise.all([1, 2, 3].map(() => room.take(from, items(id('b'), 0, [1]))));
  expect(await room.get(id('b'))).toMatchObject({ segments: 1 });
});

test('a_replay_has_an_end_in_segments_bytes_and_time', async () => {
  const noise = () => [Buffer.from(crypto.getRandomValues(new Uint8Array(40_000))).toString('base64')];
  for (let segment = 0; segment < 9; segment++) await room.take(from, items(id('c'), segment, noise()));
  expect((await room.get(id('c'))).numbers).toEqual([0, 1, 2, 3, 4]);
  await room.take(from, items(id('d'), 0, ['x'.repeat(2_000_000)]));
  expect(() => room.segment(id('d'), 0)).toThrow('no replay');
});

test('a_replay_of_one_app_is_not_added_to_by_another', async () => {
  await room.take(from, items(id('f'), 0, [1]));
  await room.take({ ...from, app: 'other' }, items(id('f'), 1, [2]));
  expect((await room.get(id('f'))).numbers).toEqual([0]);
});

test('a_bomb_is_told_and_unpacks_no_further_than_it_may', async () => {
  await room.take(
    from,
    items(id('9'), 0, [], () => deflateSync(Buffer.alloc(200_000_000))),
  );
  expect(room.segment(id('9'), 0)).rejects.toThrow('cannot be unpacked');
});

test('deleted_means_gone', async () => {
  await room.take(from, items(id('8'), 0, ['quite unmistakable']));
  await room.remove(id('8'));
  expect(() => room.segment(id('8'), 0)).toThrow('no replay');
  expect(readdirSync(join(folder, '88'))).toEqual([]);
});

test('of_a_removed_app_no_replay_is_left_and_others_stay', async () => {
  await room.take({ ...from, app: 'leaving' }, items(id('2'), 0, ['quite unmistakable']));
  const others = room.list({ app: 'shop', error: null, limit: 99 });
  // One that is just coming in goes too.
  const late = room.take({ ...from, app: 'leaving' }, items(id('2'), 1, ['more']));
  await room.removeApp('leaving');
  await late;
  expect(room.list({ app: 'leaving', error: null, limit: 99 })).toEqual([]);
  expect(readdirSync(join(folder, '22'))).toEqual([]);
  expect(room.list({ app: 'shop', error: null, limit: 99 })).toEqual(others);
});

test('the_oldest_go_by_days_and_by_bytes', async () => {
  const later = now + 40 * 86_400_000;
  await room.take(
    { ...from, now: later },
    items(id('7'), 0, [1], undefined, { timestamp: later / 1000, replay_start_timestamp: later / 1000 }),
  );
  await room.tidy(later);
  expect(room.list({ app: null, error: null, limit: 99 }).map((each) => each.id)).toEqual([id('7')]);
});

test('what_is_no_replay_is_left_out', async () => {
  for (const payload of [
    '',
    'x',
    '[]',
    '{}',
    `{"replay_id":"../../etc","segment_id":0}`,
    `{"replay_id":"${id('1')}","segment_id":-1}`,
  ]) {
    await room.take(from, [{ type: 'replay_event', payload: Buffer.from(payload) }]);
  }
  expect(room.list({ app: null, error: null, limit: 99 })).toHaveLength(1);
});

test('replays_are_found_by_page_browser_faults_anger_and_length', async () => {
  const agents = {
    Firefox: 'Mozilla/5.0 Gecko/20100101 Firefox/140.0',
    Edge: 'Chrome/131.0.0.0 Safari/537.36 Edg/131.0',
  };
  const put = (letter: string, agent: keyof typeof agents, more: object) =>
    room.take(
      { ...from, app: 'found' },
      items(id(letter), 0, [1], undefined, {
        request: { headers: { 'User-Agent': agents[agent] } },
        ...more,
      }),
    );
  await put('3', 'Firefox', {
    urls: ['/cart', '/pay/1'],
    windlass: { rage: 2, errors: 0, clicks: 1e9, dead: 'x' },
  });
  await put('4', 'Edge', {
    urls: ['https://shop.example/cart?x=1'],
    error_ids: [id('e')],
    timestamp: now / 1000 + 90,
  });
  await put('5', 'Edge', { urls: ['/cart[1]'], windlass: { errors: 3 } });
  const found = (filter: object) =>
    room
      .list({ app: 'found', error: null, limit: 9, ...filter })
      .map((each) => each.id[0])
      .sort()
      .join('');
  expect(found({})).toBe('345');
  expect(found({ path: '/cart' })).toBe('34');
  expect(found({ path: '/pay/*' })).toBe('3');
  expect(found({ path: '/cart[1]' })).toBe('5');
  expect(found({ browser: 'Edge' })).toBe('45');
  expect(found({ faulty: true })).toBe('45');
  expect(found({ rage: true })).toBe('3');
  expect(found({ longerThan: 60_000 })).toBe('4');
  expect(found({ browser: 'Edge', longerThan: 60_000, path: '/pay/*' })).toBe('');
  // Twice is once.
  await put('3', 'Firefox', { windlass: { rage: 2 } });
  expect((await room.get(id('3'))).counts).toEqual({ clicks: 0, rage: 2, dead: 0, errors: 0 });
  await room.removeApp('found');
});

test('a_file_of_before_the_recorder_is_read_on', async () => {
  const old = mkdtempSync(join(tmpdir(), 'replay-old-'));
  const db = new Database(join(old, 'replays.db'), { create: true });
  db.run(`CREATE TABLE replays (
    id TEXT PRIMARY KEY, app TEXT NOT NULL, environment TEXT NOT NULL, release TEXT, started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL, kind TEXT NOT NULL, names TEXT NOT NULL, user TEXT, segments INTEGER NOT NULL,
    bytes INTEGER NOT NULL) STRICT`);
  db.run(`INSERT INTO replays VALUES ('${id('a')}', 'shop', 'production', NULL, 1, 2, 'session',
    '{"urls":["/"],"errors":[],"traces":[]}', NULL, 1, 9)`);
  db.close();
  const reopened = openReplayRoom(old, bounds);
  expect(reopened.list({ app: 'shop', error: null, limit: 9 })).toMatchObject([
    { id: id('a'), browser: null, counts: { clicks: 0, errors: 0 } },
  ]);
  reopened.close();
  rmSync(old, { recursive: true });
});
