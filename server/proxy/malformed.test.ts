/** Requests that break the rules, in any split and mutated at random: refused, and never forwarded. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { row } from './case-row.ts';
import { frameTypes } from './fuzz/h2-frames.ts';
import { seeded } from './fuzz/random.ts';
import { runFuzz } from './fuzz/run-fuzz.ts';
import { runH2Fuzz } from './fuzz/run-h2-fuzz.ts';
import { witness } from './fuzz/witness.ts';
import { smuggling } from './http1/smuggling.ts';
import { answering, ok, type RawApp, type Rig, startApp, startRig } from './rig.ts';

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
  const random = seeded(7);
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

test('ten_thousand_mutated_requests_never_crash_it_nor_reach_an_app_malformed', async () => {
  const { faults, forwarded, statuses } = await runFuzz({ mutations: 10_000, seed: 42 });
  expect(faults).toEqual([]);
  // The witness had enough to read, and the proxy was asked every way it refuses.
  expect(forwarded).toBeGreaterThan(1_000);
  expect([...statuses.keys()]).toContainValues([200, 400, 404, 414, 417, 431]);
}, 60_000);

test('mutated_conversations_of_http2_never_reach_an_app_malformed_and_never_break_the_proxy', async () => {
  const { faults, forwarded, frames } = await runH2Fuzz({ mutations: 250, seed: 42 });
  expect(faults).toEqual([]);
  expect(forwarded).toBeGreaterThan(50);
  // Answers, resets of single streams, and the end of whole connections.
  const { headers, reset, goAway } = frameTypes;
  expect([...frames.keys()]).toContainValues([headers, reset, goAway]);
}, 60_000);

test('the_witness_sees_what_it_is_there_to_see', () => {
  const fields = 'Host: a\r\n';
  for (const text of [
    `GET / HTTP/1.1\r\n${fields}X: a\nb\r\n\r\n`,
    `GET / HTTP/1.1\r\n${fields}${fields}\r\n`,
    `GET / HTTP/1.1\r\nX: a\r\n\r\n`,
    `GET /.windlass/x HTTP/1.1\r\n${fields}\r\n`,
    `POST / HTTP/1.1\r\n${fields}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    `POST / HTTP/1.1\r\n${fields}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n`,
    `POST / HTTP/1.1\r\n${fields}Content-Length: 1\r\n\r\naxGET / HTTP/1.1\r\n${fields}\r\n`.replace(
      'ax',
      'a \0',
    ),
  ])
    expect(witness(text).faults.length).toBeGreaterThan(0);
  expect(witness(`GET / HTTP/1.1\r\n${fields}\r\nGET /b HTTP/1.1\r\n${fields}\r\n`)).toEqual({
    requests: 2,
    faults: [],
  });
});

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
