import { expect, test } from 'bun:test';
import { createFrameReader, writeFrame } from './web-socket-frames.ts';

function masked(first: number, payload: Uint8Array): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const head =
    payload.length < 126
      ? Buffer.from([first, 0x80 | payload.length])
      : Buffer.from([first, 0x80 | 126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0))]);
}
const text = (words: string) => Buffer.from(words);

test('messages_arrive_whole_however_the_bytes_are_cut', () => {
  const bytes = Buffer.concat([
    masked(0x81, text('héllo')),
    masked(0x82, Buffer.alloc(300, 7)),
    masked(0x89, text('p')),
  ]);
  for (const step of [1, 3, 64, bytes.length]) {
    const read = createFrameReader(1000);
    const found = [];
    for (let at = 0; at < bytes.length; at += step) found.push(...read(bytes.subarray(at, at + step)));
    expect(found.map(({ kind }) => kind)).toEqual(['text', 'binary', 'ping']);
    expect(found[0]).toEqual({ kind: 'text', text: 'héllo' });
  }
});
test('fragments_join_and_a_ping_between_them_is_answered_at_once', () => {
  const read = createFrameReader(1000);
  const bytes = Buffer.concat([masked(0x01, text('a')), masked(0x89, text('')), masked(0x80, text('b'))]);
  expect(read(bytes).map((frame) => ('text' in frame ? frame.text : frame.kind))).toEqual(['ping', 'ab']);
});
test('what_breaks_the_protocol_ends_the_connection', () => {
  const fault = (bytes: Buffer) => createFrameReader(100)(bytes)[0];
  expect(fault(Buffer.from([0x81, 0x01, 0x41]))).toEqual({ kind: 'fault', status: 1002 });
  expect(fault(masked(0xc1, text('a')))).toEqual({ kind: 'fault', status: 1002 });
  expect(fault(masked(0x80, text('a')))).toEqual({ kind: 'fault', status: 1002 });
  expect(fault(masked(0x83, text('a')))).toEqual({ kind: 'fault', status: 1002 });
  expect(fault(masked(0x81, Buffer.from([0xff])))).toEqual({ kind: 'fault', status: 1007 });
  expect(fault(masked(0x82, Buffer.alloc(101)))).toEqual({ kind: 'fault', status: 1009 });
});
test('fragments_together_are_bounded_too', () => {
  const read = createFrameReader(100);
  expect(read(masked(0x02, Buffer.alloc(60)))).toEqual([]);
  expect(read(masked(0x80, Buffer.alloc(60)))).toEqual([{ kind: 'fault', status: 1009 }]);
});
test('a_frame_of_any_size_has_the_shortest_head', () => {
  expect(writeFrame('text', Buffer.alloc(125)).length).toBe(127);
  expect(writeFrame('text', Buffer.alloc(126)).length).toBe(130);
  expect(writeFrame('text', Buffer.alloc(65_536)).length).toBe(65_546);
});
