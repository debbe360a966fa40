/** Answers that are changed on their way: which, how they are framed and described, and which are left alone. */

import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { AnswerFilter } from '../../kernel/answer-filter.ts';
import { htmlInjection } from '../../kernel/html-injection.ts';
import { answering, get, ok, type RawEnd, startApps, until } from '../rig.ts';

const { one, rig: bare, close } = startApps();
const folders: string[] = [];
afterEach(async () => {
  await close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const adding: AnswerFilter = {
  name: 'adding',
  covers: (service) => service === 'shop/production',
  begin: ({ status, contentType }) =>
    status === 200 && contentType.startsWith('text/html') ? htmlInjection('<b>') : null,
};
const filters = [adding];
const html = 'Content-Type: text/html\r\n';
const asPage = 'Accept: text/html\r\nAccept-Encoding: gzip, br\r\n';
const page = '<head></head><body>hi</body>';
const changed = '<head><b></head><body>hi</body>';

/** Head and content (chunks taken off) of the one answer in `text`. */
function parts(text: string): { head: string; body: Buffer } {
  const end = text.indexOf('\r\n\r\n') + 4;
  const head = text.slice(0, end);
  let rest = Buffer.from(text.slice(end), 'latin1');
  if (!/transfer-encoding: chunked/i.test(head)) return { head, body: rest };
  const pieces: Buffer[] = [];
  for (;;) {
    const line = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.subarray(0, line).toString(), 16);
    if (!(size > 0)) return { head, body: Buffer.concat(pieces) };
    pieces.push(rest.subarray(line + 2, line + 2 + size));
    rest = rest.subarray(line + 4 + size);
  }
}

test('a_page_is_changed_and_described_anew_and_the_app_is_asked_for_it_whole_and_plain', async () => {
  const fields = `${html}ETag: "one"\r\nAccept-Ranges: bytes\r\nContent-MD5: x\r\nX-Kept: yes\r\n`;
  const { rig, app } = one(answering(ok(page, fields)), { filters });
  const client = await rig.ask(get('/', `${asPage}Range: bytes=0-3\r\nIf-None-Match: W/"zero"\r\n`));
  const { head, body } = parts(await client.sees('0\r\n\r\n'));
  expect(body.toString()).toBe(changed);
  expect(head).toBe(
    `HTTP/1.1 200 OK\r\n${html}ETag: W/"one"\r\nX-Kept: yes\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  expect(app.received).toContain('\r\nAccept-Encoding: identity\r\n');
  expect(app.received).toContain('\r\nIf-None-Match: W/"zero"\r\n');
  expect(app.received).not.toContain('Range');
  client.send(get('/', asPage));
  await until('a second answer on the connection', () => client.text.split('0\r\n\r\n').length === 3);
  expect(rig.log.map(({ status }) => status)).toEqual([200, 200]);
});

test('however_an_app_frames_its_page_the_visitor_gets_the_same', async () => {
  const chunked = `HTTP/1.1 200 OK\r\n${html}Transfer-Encoding: chunked\r\n\r\n5;x\r\n<head\r\n8\r\n></head>\r\nf\r\n<body>hi</body>\r\n0\r\nT: 1\r\n\r\n`;
  const ways: ((end: RawEnd) => void)[] = [
    answering(chunked),
    answering(ok(page, html)),
    (end) => {
      end.send(`HTTP/1.1 200 OK\r\n${html}\r\n${page}`);
      end.end();
    },
  ];
  for (const way of ways) {
    const { rig } = one(way, { filters });
    const client = await rig.ask(get('/', 'Accept: text/html\r\n'));
    expect(parts(await client.sees('0\r\n\r\n')).body.toString()).toBe(changed);
    const old = await rig.ask(
      `GET / HTTP/1.0\r\nHost: app.test\r\nConnection: keep-alive\r\nAccept: text/html\r\n\r\n`,
    );
    expect(await old.closes()).toEndWith(`Connection: close\r\n\r\n${changed}`);
  }
});

test('answers_that_must_not_be_changed_pass_byte_for_byte', async () => {
  const left: [string, string][] = [
    [get('/', asPage), ok(page, `${html}Content-Encoding: gzip\r\n`)],
    [get('/', asPage), ok(page, `${html}Cache-Control: public, no-transform\r\n`)],
    [get('/', asPage), ok(page, 'Content-Type: application/json\r\n')],
    [get('/', asPage), `HTTP/1.1 206 Partial Content\r\n${html}Content-Length: 2\r\n\r\n<h`],
    [get('/', asPage), `HTTP/1.1 404 Not Found\r\n${html}Content-Length: 6\r\n\r\n<body>`],
    [get('/', asPage), 'HTTP/1.1 304 Not Modified\r\nETag: "one"\r\n\r\n'],
    [get('/', 'Accept: */*\r\n'), ok(page, html)],
    [`POST / HTTP/1.1\r\nHost: app.test\r\n${asPage}Content-Length: 0\r\n\r\n`, ok(page, html)],
  ];
  for (const [request, answer] of left) {
    const { rig } = one(answering(answer), { filters });
    const client = await rig.ask(request);
    await client.has(answer.length);
    expect(client.text).toBe(answer);
  }
});

test('head_is_described_as_get_would_be_without_a_length', async () => {
  const { rig } = one(answering(`HTTP/1.1 200 OK\r\n${html}ETag: "a"\r\nContent-Length: 28\r\n\r\n`), {
    filters,
  });
  const client = await rig.ask(`HEAD / HTTP/1.1\r\nHost: app.test\r\n${asPage}\r\n`);
  expect(await client.sees('\r\n\r\n')).toBe(
    `HTTP/1.1 200 OK\r\n${html}ETag: W/"a"\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
});

test('a_long_page_is_compressed_in_the_best_way_the_visitor_takes_and_comes_back_whole', async () => {
  const long = `<head></head>${'some words, '.repeat(20_000)}`;
  const { rig } = one(answering(ok(long, html)), { filters });
  const ways = { br: brotliDecompressSync, gzip: gunzipSync, zstd: Bun.zstdDecompressSync };
  for (const [coding, back] of Object.entries(ways)) {
    const client = await rig.ask(
      get('/', `Accept: text/html\r\nAccept-Encoding: ${coding}\r\nConnection: close\r\n`),
    );
    const { head, body } = parts(await client.closes());
    expect(head).toContain(`\r\nContent-Encoding: ${coding}\r\nVary: Accept-Encoding\r\n`);
    expect(body.length).toBeLessThan(10_000);
    expect(back(body).toString()).toBe(long.replace('<head>', '<head><b>'));
  }
  const plain = await rig.ask(
    get('/', 'Accept: text/html\r\nAccept-Encoding: br;q=0\r\nConnection: close\r\n'),
  );
  expect(parts(await plain.closes()).body.length).toBe(long.length + 3);
});

test('a_page_that_is_still_being_made_reaches_the_visitor_as_far_as_it_is', async () => {
  const { rig, app } = one(
    (end) => {
      end.send(
        `HTTP/1.1 200 OK\r\n${html}Transfer-Encoding: chunked\r\n\r\n1a\r\n<head></head><body>waiting\r\n`,
      );
    },
    { filters },
  );
  const client = await rig.ask(get('/', 'Accept: text/html\r\nAccept-Encoding: gzip\r\n'));
  await client.sees('Content-Encoding: gzip');
  await until('the first part, flushed', () => parts(client.text).body.length > 20);
  app.connections[0]?.send('4\r\ndone\r\n0\r\n\r\n');
  expect(gunzipSync(parts(await client.sees('\r\n0\r\n\r\n')).body).toString()).toBe(
    '<head><b></head><body>waitingdone',
  );
});

test('events_pass_as_they_come_even_where_pages_are_changed', async () => {
  const { rig, app } = one(
    (end) => {
      end.send(
        'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ndata:\r\n',
      );
    },
    { filters },
  );
  const client = await rig.ask(get('/', `${asPage}`));
  await client.sees('5\r\ndata:\r\n');
  app.connections[0]?.send('3\r\n 1\n\r\n');
  expect(await client.sees('3\r\n 1\n\r\n')).not.toContain('Content-Encoding');
});

test('a_visitor_who_leaves_ends_the_app_too_and_one_who_does_not_read_stops_it', async () => {
  const filler = Buffer.alloc(40_000_000, 'a');
  const { rig, app } = one(
    (end) => {
      end.send(`HTTP/1.1 200 OK\r\n${html}Content-Length: ${filler.length + 6}\r\n\r\n<head>`);
      end.send(filler);
    },
    { filters },
  );
  const client = await rig.ask(get('/', 'Accept: text/html\r\n'));
  await client.has(1000);
  client.socket?.pause();
  let before = -1;
  await until('the app stands still', () => {
    const sent = app.connections[0]?.sent ?? 0;
    const still = sent === before;
    before = sent;
    return still;
  });
  expect(before).toBeLessThan(30_000_000);
  client.reset();
  await until('the app is told', () => app.connections[0]?.state === 'reset');
  expect(rig.log.at(-1)?.status).toBe(499);
});

test('a_page_of_a_static_release_is_changed_too_with_a_tag_of_its_own', async () => {
  const root = mkdtempSync(join(tmpdir(), 'windlass-shape-'));
  folders.push(root);
  const long = `<head></head>${'words '.repeat(40_000)}`;
  writeFileSync(join(root, 'index.html'), long);
  writeFileSync(join(root, 'index.html.br'), 'precompressed');
  const backend = { kind: 'folder' as const, release: 7, root, rules: { spa: false } };
  const plain = bare({ backend });
  const before = parts(
    await (await plain.ask(get('/', 'Accept: text/html\r\nConnection: close\r\n'))).closes(),
  );
  const rig = bare({ backend, filters });
  const asked = await rig.ask(get('/', `${asPage}Range: bytes=0-1\r\nConnection: close\r\n`));
  const { head, body } = parts(await asked.closes());
  expect(brotliDecompressSync(body).toString()).toBe(long.replace('<head>', '<head><b>'));
  expect(head).toContain('\r\nContent-Encoding: br\r\n');
  expect(head).not.toContain('Accept-Ranges');
  const tag = /ETag: (W\/"[^"]+")/.exec(head)?.[1] ?? '';
  expect(before.head).not.toContain(tag.slice(2));
  const again = await rig.ask(get('/', `${asPage}If-None-Match: ${tag}\r\n`));
  expect(await again.sees('\r\n\r\n')).toStartWith('HTTP/1.1 304 ');
  const old = /ETag: ("[^"]+")/.exec(before.head)?.[1];
  const stale = await rig.ask(get('/', `${asPage}If-None-Match: ${old}\r\nConnection: close\r\n`));
  expect(await stale.closes()).toStartWith('HTTP/1.1 200 ');
});
