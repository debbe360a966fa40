/** Requests that break the rules, in any split and mutated at random: refused, and never forwarded. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { row } from './case-row.ts';
import { smuggling } from './http1/smuggling.ts';
import { answering, ok, type RawApp, type Rig, startApp, startRig, until } from './rig.ts';

let app: RawApp;
let rig: Rig;

beforeAll(() => {
  app = startApp('a', answering(ok('hi')));
  rig = startRig({ targets: [app.target] });
});

afterAll(async () => {
  await rig.close();
  app.close();
});

const name = row(
  'Content-Length and Transfer-Encoding together; two differing Content-Lengths; bare CR; obs-fold',
);

/** Numbers that look random and are the same in every run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What the app got as the bodies and heads of requests, without what the proxy adds. */
async function answerTo(pieces: readonly string[]): Promise<string> {
  const client = await rig.ask('');
  for (const piece of pieces) {
    if (client.state !== 'open') break;
    client.send(piece);
    // Each piece is a segment of its own: sockets do not delay small writes.
    await Bun.sleep(0);
  }
  await client.closes();
  return client.text;
}

test.each(smuggling)(`${name}: refused and not forwarded: $name`, async ({ text, status }) => {
  const before = app.received.length;
  expect(await answerTo([text])).toStartWith(`HTTP/1.1 ${status === 'body' ? 400 : status} `);
  expect(app.received.slice(before)).toBe('');
});

test('the_answer_is_the_same_byte_by_byte_and_in_random_splits', async () => {
  const random = numbers(7);
  const fine = [
    `POST /a HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello`,
    `\r\nPOST /b HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: 1\r\n\r\n`,
    'GET /c HTTP/1.1\r\nHost: app.test\r\n\r\nGET /d HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n',
  ];
  for (const text of fine) {
    let before = app.received.length;
    const whole = await answerTo([text]);
    const sentWhole = receivedSince(before);
    expect(whole).toContain('200 OK');
    for (const pieces of [[...text], splits(text, random), splits(text, random)]) {
      before = app.received.length;
      expect(await answerTo(pieces)).toBe(whole);
      expect(receivedSince(before)).toBe(sentWhole);
    }
  }
}, 20_000);

test('malformed_requests_get_the_same_status_byte_by_byte', async () => {
  const short = smuggling.filter(({ text }) => text.length < 400);
  const before = app.received.length;
  await Promise.all(
    short.map(async ({ name, text, status }) => {
      const answer = await answerTo([...text]);
      expect([name, answer.slice(0, 12)]).toEqual([name, `HTTP/1.1 ${status === 'body' ? 400 : status}`]);
    }),
  );
  // A body found malformed after its head was passed on is cut there: the app never sees the end of it.
  const passed = app.received.slice(before);
  expect(passed).not.toMatch(/\r\n0\r\n\r\n|Content-Length/);
}, 20_000);

test('mutated_requests_never_crash_it_nor_pass_malformed_heads', async () => {
  const random = numbers(42);
  const seeds = smuggling.map(({ text }) => text).filter((text) => text.length < 400);
  const alphabet = [
    '\r',
    '\n',
    '\0',
    ' ',
    '\t',
    ':',
    ',',
    '\x7f',
    '\xff',
    'a',
    '0',
    '\r\n',
    '\r\n\r\n',
    'chunked',
    '/',
  ];
  const before = app.connections.length;
  const started = performance.now();
  let done = 0;
  while (done < 3_000 && performance.now() - started < 6_000) {
    const batch = Array.from({ length: 50 }, async () => {
      let text = seeds[random(seeds.length)] ?? '';
      for (let count = random(4) + 1; count > 0; count--) {
        const at = random(text.length + 1);
        text = text.slice(0, at) + (alphabet[random(alphabet.length)] ?? '') + text.slice(at + random(3));
      }
      const client = await rig.ask(text);
      client.end();
      await client.closes();
    });
    await Promise.all(batch);
    done += batch.length;
  }
  await until('all clients gone', () => rig.path.connections === 0);
  expect(rig.errors).toEqual([]);
  expect(rig.service.open).toBe(0);
  expect(done).toBeGreaterThan(500);
  for (const { text } of app.connections.slice(before)) {
    const heads = text.match(/[A-Z]+ \S+ HTTP\/1\.1\r\n(?:[^\r\n]+\r\n)*\r\n/g) ?? [];
    for (const head of heads) {
      expect(head).not.toMatch(/[\0\x7f]|\r[^\n]|[^\r]\n|\r\n[ \t]|[ \t]:/);
      expect(head.match(/\r\nhost:/gi)).toHaveLength(1);
      expect((head.match(/\r\n(content-length|transfer-encoding):/gi) ?? []).length).toBeLessThan(2);
    }
  }
}, 20_000);

/** What the app received after the first `before` bytes, without what differs from request to request. */
function receivedSince(before: number): string {
  return app.received.slice(before).replaceAll(/X-Request-Id: \S+/g, '');
}

function splits(text: string, random: (below: number) => number): string[] {
  const pieces: string[] = [];
  let at = 0;
  while (at < text.length) {
    const length = 1 + random(12);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}
