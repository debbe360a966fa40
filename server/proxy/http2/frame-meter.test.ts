import { expect, test } from 'bun:test';
import { FrameMeter } from './frame-meter.ts';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

function frame(type: number, flags = 0, length = 0): Buffer {
  return Buffer.concat([
    Buffer.of(length >> 16, length >> 8, length & 255, type, flags, 0, 0, 0, 1),
    Buffer.alloc(length),
  ]);
}

const times = (count: number, ...frames: Buffer[]) =>
  Buffer.concat(Array.from({ length: count }, () => frames).flat());

function passes(bytes: Buffer, options: { step?: number; now?: (at: number) => number } = {}): boolean {
  const meter = new FrameMeter();
  const step = options.step ?? bytes.length;
  for (let at = 0; at < bytes.length; at += step) {
    if (!meter.pass(bytes.subarray(at, at + step), options.now?.(at) ?? 1)) return false;
  }
  return true;
}

const request = frame(1, 0x5, 40);

test('an_honest_client_passes_however_much_it_asks_and_however_its_bytes_are_split', () => {
  const honest = Buffer.concat([
    preface,
    frame(4, 0, 18),
    frame(8, 0, 4),
    times(5_000, request, frame(8, 0, 4)),
  ]);
  expect(passes(honest)).toBe(true);
  for (const step of [1, 7, 64]) expect(passes(honest, { step })).toBe(true);
});

test('floods_of_every_kind_end_the_connection', () => {
  const floods: [string, Buffer][] = [
    ['rapid reset', times(1_001, request, frame(3, 0, 4))],
    ['settings', times(1_001, frame(4))],
    ['pings', times(1_001, frame(6, 0, 8))],
    ['priorities', times(1_001, frame(2, 0, 5))],
    ['empty data', times(1_001, frame(0))],
    ['empty continuations', Buffer.concat([frame(1, 0, 10), times(1_001, frame(9))])],
    ['an endless field block', Buffer.concat([frame(1, 0, 16_000), times(4, frame(9, 0, 16_000))])],
    ['a frame larger than was allowed', frame(0, 0, 16_385)],
    ['unknown frames', times(1_001, frame(0xbe))],
  ];
  for (const [name, flood] of floods) {
    expect(`${name}: ${passes(Buffer.concat([preface, flood]))}`).toBe(`${name}: false`);
  }
});

test('the_account_starts_anew_so_a_long_connection_is_no_flood', () => {
  // Seventeen bytes a ping: one every ten milliseconds, for a minute.
  const pings = times(6_000, frame(6, 0, 8));
  const now = (at: number) => 1 + (at / 17) * 10;
  expect(passes(Buffer.concat([preface, pings]), { step: 17, now: (at) => now(at) * 1.1 })).toBe(true);
});
