import { expect, test } from 'bun:test';
import { ChunkedFraming } from './chunked.ts';
import { smuggling } from './smuggling.ts';

const body = '5;name="v"\r\nhello\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n';

test('a_body_ends_at_the_same_byte_in_every_split', () => {
  const bytes = Buffer.from(`${body}GET / HTTP/1.1`);
  for (let split = 0; split < bytes.length; split++) {
    const framing = new ChunkedFraming();
    framing.ranges = [];
    let at = framing.feed(bytes, 0, split);
    if (at === split) at = framing.feed(bytes, split, bytes.length);
    expect([at, framing.done, framing.bad, framing.payload]).toEqual([body.length, true, false, 31]);
  }
});

test('the_pieces_noted_are_the_content_alone', () => {
  const bytes = Buffer.from(body);
  const framing = new ChunkedFraming();
  const ranges: number[] = [];
  framing.ranges = ranges;
  framing.feed(bytes, 0, bytes.length);
  let content = '';
  for (let at = 0; at < ranges.length; at += 2) content += body.slice(ranges[at], ranges[at + 1]);
  expect(content).toBe('helloabcdefghijklmnopqrstuvwxyz');
});

test.each(smuggling.filter(({ status }) => status === 'body'))('malformed: $name', ({ text }) => {
  const bytes = Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1');
  const framing = new ChunkedFraming();
  framing.feed(bytes, 0, bytes.length);
  expect([framing.bad, framing.done]).toEqual([true, false]);
});
