import { expect, test } from 'bun:test';
import { readRecording } from './read-recording.ts';

const event = (timestamp: unknown, type: unknown = 3) => ({ type, timestamp, data: {} });

test('a_downloaded_recording_is_read_with_its_length_in_whatever_order_it_lies', () => {
  const events = [event(2000, 4), event(1000, 2), event(9000)];
  expect(readRecording(JSON.stringify(events))).toEqual({ events, startedAt: 1000, endedAt: 9000 });
});

test('what_is_no_recording_is_refused_with_what_would_be_one', () => {
  for (const [text, why] of [
    ['not json', 'no JSON'],
    ['{"events": []}', 'no list'],
    ['[]', 'less than two'],
    [JSON.stringify([event(1)]), 'less than two'],
    [JSON.stringify([event(1), null]), 'no event of a page'],
    [JSON.stringify([event(1), event('2')]), 'no event of a page'],
    [JSON.stringify([event(1), event(2, 'full')]), 'no event of a page'],
  ] as const) {
    expect(() => readRecording(text)).toThrow(why);
  }
});
