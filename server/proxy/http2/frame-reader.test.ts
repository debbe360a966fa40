import { expect, test } from 'bun:test';
import { type Frame, frame, frameBytes, frameTypes, preface } from '../fuzz/h2-frames.ts';
import { FrameReader } from './frame-reader.ts';

const { data, headers, ping } = frameTypes;

/** What is found in `bytes` that come in pieces of `step`: of frames with content only the content of each stream. */
function found(bytes: Buffer, step: number) {
  const said: string[] = [];
  const content = new Map<number, string>();
  const reader = new FrameReader();
  const sink = {
    frame(type: number, flags: number, stream: number, from: Buffer, start: number, end: number) {
      if (type !== data) said.push(`${type}/${flags}/${stream} ${from.toString('latin1', start, end)}`);
      else content.set(stream, `${content.get(stream) ?? ''}${from.toString('latin1', start, end)}${flags}`);
      return true;
    },
    unreadable: (code: number) => void said.push(`error ${code}`),
  };
  for (let at = 0; at < bytes.length; at += step) reader.read(bytes.subarray(at, at + step), sink);
  return { said, content };
}

const bytesOf = (...frames: Frame[]) => Buffer.concat([preface, ...frames.map(frameBytes)]);

test('frames_are_the_same_in_any_split', () => {
  const bytes = bytesOf(
    frame(headers, 4, 1, 'a head'),
    frame(ping, 0, 0, '12345678'),
    frame(data, 8, 1, '\x01padded\0'),
    frame(headers, 5, 2 ** 31 + 3, ''),
  );
  const whole = found(bytes, bytes.length);
  expect(whole.said).toEqual(['1/4/1 a head', '6/0/0 12345678', '1/5/3 ']);
  for (let step = 1; step < 40; step++) expect(found(bytes, step)).toEqual(whole);
});

test('content_is_given_on_as_it_comes_and_only_its_last_piece_ends_the_stream', () => {
  const bytes = bytesOf(frame(data, 1, 1, 'hello'), frame(data, 0, 3, ''), frame(headers, 4, 5, 'next'));
  expect(found(bytes, bytes.length).content).toEqual(
    new Map([
      [1, 'hello1'],
      [3, '0'],
    ]),
  );
  for (let step = 1; step < 40; step++) {
    const { said, content } = found(bytes, step);
    expect(said).toEqual(['1/4/5 next']);
    expect(content.get(1)?.replaceAll('0', '')).toBe('hello1');
    expect(content.get(3)).toBe('0');
  }
});

test('what_is_no_http_2_and_what_is_too_long_is_told_at_once', () => {
  expect(found(Buffer.from('GET / HTTP/1.1'), 3).said).toContain('error 1');
  const long = bytesOf({ ...frame(headers, 4, 1, 'short'), claimed: 16_385 });
  expect(found(long, 1).said[0]).toBe('error 6');
  expect(found(long, long.length).said).toEqual(['error 6']);
});
