/** What a container says is written once, however often the reading is cut. */

import { afterAll, expect, test } from 'bun:test';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openContainerOutput } from './container-output.ts';
import { createLogFrames } from './log-frames.ts';

const folder = mkdtempSync(join(tmpdir(), 'output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const frame = (at: string, text: string): Uint8Array => {
  const payload = Buffer.from(`${at} ${text}`);
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
};
const time = (nanos: number) => `2026-11-23T10:00:00.${String(nanos).padStart(9, '0')}Z`;
const first = frame(time(1), 'one\n');
const same = frame(time(1), 'two\n');
const later = frame(time(2), 'three\n');

test('frames_are_found_however_the_stream_is_cut', () => {
  const all = Buffer.concat([first, same, later]);
  for (let size = 1; size < all.length; size++) {
    const frames = createLogFrames();
    const found: string[] = [];
    for (let at = 0; at < all.length; at += size) {
      for (const { bytes } of frames.push(all.subarray(at, at + size)))
        found.push(Buffer.from(bytes).toString());
    }
    expect(found).toEqual(['one\n', 'two\n', 'three\n']);
  }
});

test('what_is_sent_again_after_a_cut_is_left_out_and_nothing_new_is', () => {
  const path = join(folder, 'again.out');
  openContainerOutput(path, 'c1').begin()(first);
  const next = openContainerOutput(path, 'c1');
  expect(next.since()).toBe(`${Date.parse('2026-11-23T10:00:00Z') / 1000}.000000001`);
  next.begin()(Buffer.concat([first, same]));
  openContainerOutput(path, 'c1').begin()(Buffer.concat([first, same, later]));
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nthree\n');
});

test('a_write_that_was_not_noted_before_the_server_died_is_not_written_twice', () => {
  const path = join(folder, 'died.out');
  openContainerOutput(path, 'c1').begin()(first);
  appendFileSync(path, 'two\n');
  openContainerOutput(path, 'c1').begin()(Buffer.concat([first, same, later]));
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nthree\n');
});

test('a_new_container_of_the_same_instance_begins_anew_behind_the_old_one', () => {
  const path = join(folder, 'new.out');
  openContainerOutput(path, 'c1').begin()(later);
  const next = openContainerOutput(path, 'c2');
  expect(next.since()).toBe('0');
  next.begin()(first);
  expect(readFileSync(path, 'utf8')).toBe('three\none\n');
});
