/** Thousands of broken envelopes, bodies, maps and bundles, the same each run: each gets a clean answer, and none takes more than its share. */

import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { deskRig, envelope, thrown } from './desk-rig.ts';
import type { Form } from './intake/protocol.ts';
import { takeBundle } from './sourcemaps/take-bundle.ts';
import { debugIdIn } from './sourcemaps/take-folder.ts';

const count = 5000;

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const odd: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  0.5,
  '',
  'x'.repeat(5000),
  [],
  {},
  [[]],
  { values: null },
  { values: {} },
  [null, 7, 'x'],
  '\u0000\ud800',
  '../../etc/passwd',
  '{{ default }}',
  '__proto__',
  Number.MAX_SAFE_INTEGER,
];

/** The value with one of its parts, anywhere, made something else. */
function twist(value: unknown, random: () => number, depth = 0): unknown {
  const any = () => odd[Math.floor(random() * odd.length)];
  if (typeof value !== 'object' || value === null || random() < 0.1 + depth * 0.05) return any();
  const keys = Object.keys(value);
  const key = keys[Math.floor(random() * keys.length)];
  if (key === undefined) return any();
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
  Reflect.set(copy, key, twist(Reflect.get(value, key), random, depth + 1));
  return copy;
}

const samples: readonly [type: string, payload: unknown][] = [
  [
    'event',
    {
      ...thrown('TypeError', 'x', 'pay'),
      tags: { a: 'b' },
      user: { id: 1 },
      breadcrumbs: [{ message: 'x' }],
      request: { headers: { a: 'b' } },
      contexts: { trace: { trace_id: 'a'.repeat(32) } },
    },
  ],
  [
    'event',
    {
      message: 'x',
      logentry: { message: 'a %s', params: ['b'] },
      fingerprint: ['{{ default }}'],
      debug_meta: { images: [{ type: 'sourcemap', code_file: 'a', debug_id: 'a'.repeat(32) }] },
    },
  ],
  [
    'transaction',
    {
      transaction: 'GET /',
      start_timestamp: 1,
      timestamp: 2,
      contexts: { trace: { trace_id: 'a'.repeat(32), span_id: 'b' } },
      spans: [{ trace_id: 'a'.repeat(32), start_timestamp: 1, timestamp: 2 }],
    },
  ],
  [
    'span',
    {
      version: 2,
      items: [
        {
          trace_id: 'a'.repeat(32),
          span_id: 'b',
          name: 'x',
          start_timestamp: 1,
          end_timestamp: 2,
          attributes: { a: { type: 'string', value: 'b' } },
        },
      ],
    },
  ],
  ['log', { items: [{ timestamp: 1, level: 'info', body: 'x', attributes: {} }] }],
  ['session', { sid: 's', status: 'crashed', errors: 1, attrs: { release: 'r' } }],
  ['sessions', { aggregates: [{ started: '2026-01-01T00:00:00Z', exited: 1 }], attrs: { release: 'r' } }],
  [
    'check_in',
    {
      check_in_id: 'a'.repeat(32),
      monitor_slug: 'job',
      status: 'ok',
      duration: 1,
      monitor_config: { schedule: { type: 'crontab', value: '* * * * *' } },
    },
  ],
  ['feedback', { contexts: { feedback: { message: 'x', associated_event_id: 'a'.repeat(32) } } }],
  ['user_report', { event_id: 'a'.repeat(32), comments: 'x' }],
  ['client_report', { discarded_events: [{ reason: 'sample_rate', category: 'error', quantity: 1 }] }],
  ['attachment', 'a file'],
];

/** One envelope, broken in one of many ways. */
function broken(random: () => number): { body: Uint8Array; encoding: string; form: Form } {
  const [type, payload] = samples[Math.floor(random() * samples.length)] ?? samples[0] ?? ['event', {}];
  const way = Math.floor(random() * 12);
  const text = envelope({ event_id: 'a'.repeat(32) }, [type, way < 7 ? twist(payload, random) : payload]);
  let bytes: Uint8Array = Buffer.from(text);
  if (way === 7) bytes = bytes.subarray(0, Math.floor(random() * bytes.length));
  if (way === 8)
    bytes = Buffer.from(text.replace('{"type"', `{"length":${Math.floor(random() * 5000) - 50},"type"`));
  if (way === 9) {
    const flipped = Buffer.from(text);
    for (let flip = 0; flip < 8; flip++)
      flipped[Math.floor(random() * flipped.length)] = Math.floor(random() * 256);
    bytes = flipped;
  }
  if (way === 10)
    bytes = Buffer.from(`{}\n{"type":"event"}\n${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
  if (way === 11)
    bytes = Buffer.from(
      JSON.stringify(
        twist({ 'csp-report': { 'effective-directive': 'img-src', 'blocked-uri': 'x' } }, random),
      ),
    );
  const forms: readonly Form[] = ['store', 'security', 'minidump', 'check-in'];
  const form = way === 11 ? (forms[Math.floor(random() * 4)] ?? 'store') : 'envelope';
  const packs = [
    { encoding: 'gzip', pack: gzipSync },
    { encoding: 'deflate', pack: deflateSync },
    { encoding: 'deflate', pack: deflateRawSync },
    { encoding: 'br', pack: brotliCompressSync },
    { encoding: 'zstd', pack: (plain: Uint8Array) => Bun.zstdCompressSync(plain) },
  ];
  const packing = random() < 0.3 ? packs[Math.floor(random() * packs.length)] : undefined;
  if (packing === undefined) return { body: bytes, encoding: random() < 0.05 ? 'gzip' : '', form };
  const packed = Buffer.from(packing.pack(bytes));
  if (random() < 0.3) packed[Math.floor(random() * packed.length)] = Math.floor(random() * 256);
  return { body: packed, encoding: packing.encoding, form };
}

test('broken_envelopes_are_taken_or_refused_and_nothing_else', () => {
  using rig = deskRig();
  const random = seeded(42);
  const seen = { taken: 0, refused: 0 };
  const before = process.memoryUsage.rss();
  for (let done = 0; done < count; done += 50) {
    const inputs = Array.from({ length: 50 }, () => broken(random));
    const base = {
      project: { id: 1, app: 'shop', rules: '' },
      contentType: '',
      now: rig.now,
      release: null,
      environment: 'production',
    };
    for (const outcome of rig.desk.take(inputs.map((input) => ({ ...base, ...input }))).outcomes) {
      seen[outcome.kind]++;
      if (outcome.kind === 'refused') expect([400, 413]).toContain(outcome.status);
    }
  }
  expect(rig.faults).toEqual([]);
  expect(seen.taken).toBeGreaterThan(count / 2);
  expect(seen.refused).toBeGreaterThan(count / 50);
  expect(process.memoryUsage.rss() - before).toBeLessThan(200e6);
}, 60_000);

test('bombs_of_every_kind_are_refused_with_413', () => {
  using rig = deskRig();
  const much = Buffer.alloc(60 * 1024 ** 2, ' ');
  for (const [encoding, body] of [
    ['gzip', gzipSync(much)],
    ['deflate', deflateSync(much)],
    ['deflate', deflateRawSync(much)],
    ['br', brotliCompressSync(much, { params: { 1: 1 } })],
    ['zstd', Bun.zstdCompressSync(much)],
    ['gzip, gzip', gzipSync(gzipSync(much))],
  ] as const) {
    expect([encoding, rig.submit(body, { encoding })]).toMatchObject([
      encoding,
      { kind: 'refused', status: 413 },
    ]);
  }
  expect(
    rig.submit('{}\n{"type":"event"}\n'.concat(JSON.stringify({ message: 'x'.repeat(2e6) }))),
  ).toMatchObject({ status: 413 });
});

test('an_event_that_breaks_takes_none_of_its_batch_with_it', () => {
  using rig = deskRig();
  const fine = envelope({}, ['event', { message: 'fine' }]);
  const outcomes = rig.submitAll([fine, 'nothing of the kind', fine]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['taken', 'refused', 'taken']);
});

const map = JSON.stringify({
  version: 3,
  sources: ['../../etc/passwd', 'src/a.js'],
  sourcesContent: ['root', 'let a;'],
  names: ['a'],
  mappings: 'AAAA,CCAA;AACA',
  file: 'a.js',
  debug_id: 'd'.repeat(32),
});

test('broken_maps_give_no_place_and_no_fault', () => {
  using rig = deskRig();
  const random = seeded(7);
  for (let done = 0; done < 400; done++) {
    const twisted =
      random() < 0.5
        ? Buffer.from(JSON.stringify(twist(JSON.parse(map), random)))
        : Buffer.from(map.slice(0, Math.floor(random() * map.length)));
    const file = `assets/m${done}.js`;
    rig.desk.maps.put({ project: 1, release: 'r', file, debugId: debugIdIn(twisted) }, twisted, rig.now);
    for (const line of [1, 2, 1e9]) {
      rig.desk.maps.original({
        project: 1,
        debugId: null,
        release: 'r',
        path: `https://x/${file}`,
        line,
        column: 1,
      });
    }
  }
  expect(rig.faults).toEqual([]);
}, 30_000);

test('broken_bundles_and_names_that_lead_out_of_them_write_nothing_elsewhere', () => {
  using rig = deskRig();
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    const random = seeded(9);
    const manifest = JSON.stringify({
      files: {
        '../../../evil.js.map': { type: 'source_map', url: '~/../../evil.js.map' },
        'a.js.map': { type: 'source_map', url: '~/a.js.map' },
      },
    });
    const whole = zipOf([
      ['manifest.json', manifest],
      ['../../../evil.js.map', map],
      ['a.js.map', map],
    ]);
    const path = join(folder, 'bundle');
    let taken = 0;
    for (let done = 0; done < 600; done++) {
      const bytes = Buffer.from(whole);
      if (done > 0)
        for (let flip = 0; flip < 4; flip++)
          bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      writeFileSync(
        path,
        random() < 0.2 && done > 0 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes,
      );
      try {
        taken += takeBundle(rig.desk.maps, { project: 1, part: { path, release: 'r' }, now: rig.now }).maps;
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }
    expect(taken).toBeGreaterThan(100);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 30_000);

/** A ZIP of stored entries (APPNOTE.TXT 4.3), with the header of artifact bundles before it. */
function zipOf(entries: readonly (readonly [name: string, text: string])[]): Buffer {
  const parts: Buffer[] = [Buffer.from('SYSB\u0002\u0000\u0000\u0000', 'latin1')];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, text] of entries) {
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt32LE(text.length, 18);
    head.writeUInt32LE(text.length, 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt32LE(text.length, 20);
    entry.writeUInt32LE(text.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(head, Buffer.from(name), Buffer.from(text));
    directory.push(entry, Buffer.from(name));
    at += 30 + name.length + text.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}
