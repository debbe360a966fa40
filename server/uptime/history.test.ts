/** Rollups are the raw results added up: the same counts, and percentiles that are near. */

import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKernel } from '../kernel/kernel.ts';
import { silentLog } from './clockwork.fixture.ts';
import { createHistory, type History } from './history.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2026, 9, 20);
let folder: string;
let time: number;
let close: () => Promise<void>;
let history: History;
const clock = { now: () => time, monotonic: () => time };

async function open(): Promise<void> {
  const opened = await openKernel({ root: folder, migrations: [], writeLog: () => {}, clock });
  const { telemetry, paths } = opened.kernel;
  history = createHistory({ clock, log: silentLog, telemetry, path: join(paths.uptime, 'rollups.db') });
  await history.start();
  close = opened.close;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-history-'));
  time = start;
  await open();
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

let seed = 7;
const random = () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};
const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.ceil(sorted.length * share) - 1] ?? 0;

test('counts_agree_to_the_last_result_and_percentiles_within_five_percent_over_every_span', async () => {
  const raw: { at: number; up: boolean; ms: number }[] = [];
  // Over the night the clocks are changed: days are UTC days, so it has 24 hours like any other.
  for (time = start; time < start + 12 * dayMs; time += 300_000) {
    const up = random() > 0.03;
    const ms = 5 + random() ** 3 * 900;
    raw.push({ at: time, up, ms });
    history.add(1, time, up ? { kind: 'up', ms, detail: null } : { kind: 'down', ms: null, why: 'x' });
    history.add(1, time, { kind: 'unsure', why: 'ours' });
    history.add(1, time, { kind: 'off', why: 'stopped' });
  }
  time -= 300_000;
  for (const span of ['24h', '7d', '30d', '90d', '1y'] as const) {
    const { uptime, beats } = history.beats(1, span, true);
    const covered = raw.filter(({ at }) => at >= (beats[0]?.at ?? 0));
    const good = covered.filter(({ up }) => up);
    expect([span, beats.reduce((sum, each) => sum + each.up, 0)]).toEqual([span, good.length]);
    expect([span, beats.reduce((sum, each) => sum + each.down, 0)]).toEqual([
      span,
      covered.length - good.length,
    ]);
    expect(uptime).toBeCloseTo((100 * good.length) / covered.length, 10);
    for (const [index, each] of beats.entries()) {
      const end = beats[index + 1]?.at ?? Number.POSITIVE_INFINITY;
      const times = covered
        .filter(({ at, up }) => up && at >= each.at && at < end)
        .map(({ ms }) => ms)
        .sort((a, b) => a - b);
      if (times.length === 0) expect(each.p50).toBeNull();
      for (const [share, found] of [
        [0.5, each.p50],
        [0.95, each.p95],
        [0.99, each.p99],
      ] as const) {
        if (found === null) continue;
        const exact = percentile(times, share);
        expect(Math.abs(found - exact) / exact).toBeLessThan(0.05);
      }
    }
    const counted = history.beats(1, span, false);
    expect(counted.uptime).toBe(uptime);
    expect(counted.beats.map(({ up, down }) => [up, down])).toEqual(beats.map(({ up, down }) => [up, down]));
  }
});

test('what_a_crash_left_out_of_the_rollups_is_added_once', async () => {
  const add = (count: number) => {
    for (let index = 0; index < count; index++) {
      time += 1000;
      history.add(1, time, { kind: 'up', ms: 4, detail: null });
    }
  };
  const ups = () => history.beats(1, '24h', false).beats.reduce((sum, each) => sum + each.up, 0);
  add(10);
  expect(ups()).toBe(10);
  // These are telemetry by now, but in no rollup: nothing asked, no minute passed, and the process ends here.
  add(7);
  await close();
  await open();
  expect(ups()).toBe(17);
  await close();
  await open();
  expect(ups()).toBe(17);
});

test('the_last_hour_is_told_by_minute', async () => {
  for (let index = 0; index < 120; index++) {
    time = start + 30 * 60_000 + index * 15_000;
    history.add(
      1,
      time,
      index % 4 === 0 ? { kind: 'down', ms: null, why: 'x' } : { kind: 'up', ms: 10, detail: null },
    );
  }
  const { uptime, beats } = await history.minutes(1);
  expect(beats).toHaveLength(60);
  expect(beats.slice(30).map(({ up, down }) => [up, down])).toEqual(Array(30).fill([3, 1]));
  expect(beats.slice(0, 30).every(({ up, down }) => up + down === 0)).toBe(true);
  expect(uptime).toBe(75);
});

test('what_is_forgotten_is_gone_and_what_is_old_goes', async () => {
  history.add(1, time, { kind: 'up', ms: 4, detail: null });
  history.add(2, time, { kind: 'up', ms: 4, detail: null });
  expect(history.beats(1, '24h', false).uptime).toBe(100);
  history.forget(1);
  expect(history.beats(1, '24h', false).uptime).toBeNull();
  expect(history.beats(2, '24h', false).uptime).toBe(100);
});

test('a_server_without_checks_has_no_file_for_them', async () => {
  expect(history.beats(1, '90d', true).uptime).toBeNull();
  expect(await Bun.file(join(folder, 'uptime', 'rollups.db')).exists()).toBe(false);
});
