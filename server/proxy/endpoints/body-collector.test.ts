import { expect, test } from 'bun:test';
import { RequestHead } from '../http1/request-head.ts';
import { letGo } from '../let-go.ts';
import { BodyCollector } from './body-collector.ts';
import { BodyRoom } from './body-room.ts';

const fresh = (text: string) => Buffer.from(new TextEncoder().encode(text).buffer);

test('a_body_is_whole_after_the_bytes_it_came_in_were_let_go_and_gives_all_its_room_back', () => {
  const room = new BodyRoom(20_000);
  const head = new RequestHead();
  head.contentLength = 9000;
  const collector = new BodyCollector(head, room, 10_000);
  for (const letter of ['a', 'b', 'c']) {
    const chunk = fresh(letter.repeat(3000));
    expect(collector.add(chunk, 0, chunk.length)).toBe('fine');
    letGo(chunk);
    expect(chunk.length).toBe(0);
  }
  const whole = collector.whole();
  expect(Buffer.from(whole).toString()).toBe(`${'a'.repeat(3000)}${'b'.repeat(3000)}${'c'.repeat(3000)}`);
  expect(whole.buffer.byteLength).toBe(9000);
  // Whoever was given it may have passed its memory on.
  (whole.buffer as ArrayBuffer).transfer();
  collector.drop();
  expect(room.take(20_000)).toBe(true);
});

test('what_a_head_announces_takes_no_room_before_it_comes', () => {
  const room = new BodyRoom(10_000);
  const head = new RequestHead();
  head.contentLength = 1_000_000;
  const collector = new BodyCollector(head, room, 2_000_000);
  expect(collector.add(fresh('x'.repeat(100)), 0, 100)).toBe('fine');
  expect(room.take(9_000)).toBe(true);
  expect(collector.add(fresh('x'.repeat(5000)), 0, 5000)).toBe('no-room');
});

test('bytes_that_share_their_memory_with_others_are_not_let_go', () => {
  const all = Buffer.from(new ArrayBuffer(8192));
  const part = all.subarray(0, 4096);
  letGo(part);
  expect(part.length).toBe(4096);
});
