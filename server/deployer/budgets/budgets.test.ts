/** The data folder of a whole server: every byte explained, what is over its budget gone, the rest untouched. */

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { answering, config, startTestServer, type TestServer } from '../commands/server.fixture.ts';
import { measure } from './measure.ts';

// Whole servers start here, on machines that have other work too.
setDefaultTimeout(30_000);

let server: TestServer;
const long = new Date(Date.now() - 400 * 86_400_000);
const place = (path: string, bytes: number, old: boolean) => {
  const full = join(server.data, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, new Uint8Array(bytes));
  if (old) utimesSync(full, long, long);
  return full;
};

beforeAll(async () => {
  server = await startTestServer();
  const deployed = await server.deploy('shop', {
    'server.js': answering,
    'windlass.json': config({ volumes: [{ name: 'db', path: 'db' }] }),
  });
  expect(deployed.failure).toBeNull();
});
afterAll(() => server.stop());

test('every_byte_has_a_kind_and_the_sum_is_what_the_folder_takes', async () => {
  place('volumes/shop/production/db/data', 300_000, true);
  place('telemetry/strange', 50_000, false);
  place('errors/events-20260101-0001.db', 40_000, false);
  place('replays/ab/segment', 30_000, false);
  const report = await server.control.call('disk.report', {});
  const sum = report.holdings.reduce((total, holding) => total + holding.bytes, 0);
  expect(report.bytes).toBe(sum);
  const all = (await measure(server.data)).bytes;
  expect(Math.abs(all - report.bytes)).toBeLessThan(200_000);
  const of = (kind: string) => report.holdings.find((holding) => holding.kind === kind);
  expect(of('volumes')).toMatchObject({ app: 'shop', freeable: 0, budget: null });
  expect(of('volumes')?.bytes).toBeGreaterThanOrEqual(300_000);
  expect(of('errors')?.bytes).toBeGreaterThanOrEqual(40_000);
  expect(of('replays')?.bytes).toBeGreaterThanOrEqual(30_000);
  expect(of('releases')).toMatchObject({ app: 'shop', freeable: 0 });
  expect(of('control')?.bytes).toBeGreaterThan(10_000);
  expect(of('folders')?.bytes).toBeLessThan(200_000);
});

test('what_is_too_old_goes_and_what_is_in_use_or_a_persons_own_stays', async () => {
  const gone = [
    place('cache/shop/packages/left-pad@1.0.0', 10_000, true),
    place('uploads/forgotten.tar', 20_000, true),
    place('logs/shop/production/r1/run-0.old', 5000, true),
  ];
  const kept = [
    place('cache/shop/packages/react@19.0.0', 10_000, false),
    place('volumes/shop/production/db/precious', 10_000, true),
    place('logs/gone/production/r1/run-1', 5000, true),
  ];
  const shown = await server.cli('doctor', '--disk');
  expect(shown.out).toContain('build cache');
  expect(shown.out).toContain('with the next sweep');
  const before = await server.control.call('disk.report', {});
  const freeable = before.holdings.reduce((sum, holding) => sum + holding.freeable, 0);
  const swept = await server.control.call('disk.sweep', {});
  expect(swept.removed).toBe(3);
  expect(swept.freed).toBe(freeable);
  expect(gone.map(existsSync)).toEqual([false, false, false]);
  expect(kept.map(existsSync)).toEqual([true, true, true]);
  expect((await server.get('shop')).status).toBe(200);
  expect(await server.control.call('disk.sweep', {})).toEqual({ removed: 0, freed: 0 });
});
