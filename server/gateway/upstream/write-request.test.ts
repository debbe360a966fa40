import { expect, test } from 'bun:test';
import { parseOrigin } from './origin.ts';
import { writeRequest } from './write-request.ts';

const origin = parseOrigin('https://api.example.com/v1', false);
const head = 'POST /v1/x HTTP/1.1\r\nhost: api.example.com\r\n';

/** Takes `most` bytes at once; -1 where it is closed. */
function socket(most: number) {
  const chunks: Buffer[] = [];
  return {
    write(bytes: Uint8Array, offset: number, length: number): number {
      if (most < 0) return -1;
      const taken = Math.min(most, length);
      chunks.push(Buffer.from(bytes.subarray(offset, offset + taken)));
      return taken;
    },
    sent: () => Buffer.concat(chunks).toString('utf8'),
  };
}

const bodies = {
  plain: '{"a":1}',
  'other letters': '{"a":"Grüße, 世界 🎈"}',
  long: `{"a":"${'x'.repeat(200_000)}"}`,
  'long and other': `{"a":"${'世'.repeat(30_000)}"}`,
  empty: '',
};

test('a_request_says_how_many_bytes_its_body_has_whatever_letters_are_in_it', () => {
  for (const body of Object.values(bodies)) {
    const to = socket(Number.POSITIVE_INFINITY);
    expect(writeRequest(to, { origin, head, body })).toBeNull();
    expect(to.sent()).toBe(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    const raw = socket(Number.POSITIVE_INFINITY);
    expect(writeRequest(raw, { origin, head, body: Buffer.from(body) })).toBeNull();
    expect(raw.sent()).toBe(to.sent());
  }
});

test('what_a_socket_does_not_take_is_kept_and_not_written_over_by_the_next_request', () => {
  for (const body of Object.values(bodies)) {
    const to = socket(20);
    const rest = writeRequest(to, { origin, head, body });
    writeRequest(socket(Number.POSITIVE_INFINITY), { origin, head: head.replace('x', 'y'), body: '{"b":2}' });
    expect(rest).toBeInstanceOf(Uint8Array);
    expect(to.sent() + Buffer.from(rest as Uint8Array).toString('utf8')).toBe(
      `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  expect(writeRequest(socket(-1), { origin, head, body: '{}' })).toBe('closed');
});
