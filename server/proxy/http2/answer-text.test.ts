import { expect, test } from 'bun:test';
import { parseResponseHead } from '../http1/response-head.ts';
import { AnswerText } from './answer-text.ts';

/** `room`: bytes of content that are taken each time before there is none. */
function rig(method = 'GET', room = Number.POSITIVE_INFINITY) {
  const said: string[] = [];
  let left = room;
  const answer = new AnswerText({
    readHead(text) {
      const head = parseResponseHead(text, text.length - 2);
      return head === null ? null : { text, head, block: Buffer.alloc(0) };
    },
    onHead: ({ head }, last) => void said.push(`${head.status}${last ? ' last' : ''}`),
    room: () => Math.min(left, 1_000),
    onBody(bytes, start, end, last) {
      left -= end - start;
      said.push(`${bytes.toString('latin1', start, end)}${last ? ' last' : ''}`);
    },
    onEnd: (trailers) => void said.push(`end ${trailers}`),
    onBroken: () => void said.push('broken'),
  });
  answer.open(method);
  return {
    said,
    answer,
    /** Returns what was not taken. */
    write(text: string): string {
      const bytes = Buffer.from(text, 'latin1');
      return text.slice(answer.write(bytes, 0, bytes.length));
    },
    more(bytes: number) {
      left = bytes;
    },
  };
}

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;a=b\r\nyou\r\n0\r\n`;

test('every_kind_of_answer_ends_where_its_framing_says_in_any_split', () => {
  const cases: [string, string, string[]][] = [
    ['GET', `${ok}Content-Length: 5\r\n\r\nhello`, ['200', 'hello last']],
    ['GET', `${ok}Content-Length: 0\r\n\r\n`, ['200 last']],
    ['HEAD', `${ok}Content-Length: 5\r\n\r\n`, ['200 last']],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', ['304 last']],
    ['GET', `HTTP/1.1 103 Early Hints\r\n\r\n${ok}Content-Length: 0\r\n\r\n`, ['103', '200 last']],
    ['GET', `${chunked}X: 1\r\n\r\n`, ['200', 'hello', 'you', 'end X: 1\r\n']],
    ['GET', `${chunked}\r\n`, ['200', 'hello', 'you', 'end ']],
  ];
  for (const [method, text, expected] of cases) {
    const whole = rig(method);
    expect(whole.write(text)).toBe('');
    whole.answer.finish();
    expect(whole.said).toEqual(expected);
    const split = rig(method);
    for (const character of text) expect(split.write(character)).toBe('');
    split.answer.finish();
    const joined = (said: readonly string[]) => said.join('').replaceAll(' last', '');
    expect(joined(split.said)).toBe(joined(expected));
    expect(split.said.at(-1)?.endsWith('last')).toBe(expected.at(-1)?.endsWith('last'));
  }
});

test('no_more_is_taken_than_there_is_room_for_but_an_end_without_content_needs_none', () => {
  const plain = rig('GET', 3);
  const rest = plain.write(`${ok}Content-Length: 5\r\n\r\nhello`);
  expect([rest, plain.said]).toEqual(['lo', ['200', 'hel']]);
  plain.more(2);
  expect([plain.write(rest), plain.said.at(-1)]).toEqual(['', 'lo last']);
  const exact = rig('GET', 8);
  expect(exact.write(`${chunked}\r\n`)).toBe('');
  expect(exact.said.at(-1)).toBe('end ');
  const short = rig('GET', 7);
  expect(short.write(`${chunked}\r\n`)).toBe('u\r\n0\r\n\r\n');
});

test('an_answer_that_stops_early_or_makes_no_sense_is_broken', () => {
  const early = rig();
  early.write(`${ok}Content-Length: 5\r\n\r\nhel`);
  early.answer.finish();
  const none = rig();
  none.answer.finish();
  const nonsense = rig();
  nonsense.write('HTTP/1.1 OK\r\n\r\n');
  const badChunk = rig();
  badChunk.write(`${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\n`);
  for (const { said } of [early, none, nonsense, badChunk]) {
    expect(said.filter((word) => word === 'broken')).toHaveLength(1);
    expect(said.some((word) => word.includes('last') || word.startsWith('end'))).toBe(false);
  }
  const untilClose = rig();
  untilClose.write(`${ok}\r\nhello`);
  untilClose.answer.finish();
  expect(untilClose.said).toEqual(['200', 'hello', 'end ']);
});
