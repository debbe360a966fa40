/** Vitals in a real file. */

import { afterEach, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Vitals } from '../../shared/vitals/contract.ts';
import { keepMinutesMs, openVitalsStore, stepFor } from './vitals-store.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** A full hour. */
const begin = 500_000 * hourMs;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function file(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vitals-'));
  folders.push(folder);
  return join(folder, 'vitals.db');
}
const minute = (at: number, cpu: number): Vitals => ({
  at,
  cpu,
  cpuPeak: cpu,
  memory: 1e9,
  swap: 0,
  disk: 5e9,
  load: 1,
  received: 10,
  sent: 20,
  read: null,
  written: null,
});
const shop = (cpu: number) => [{ app: 'shop', environment: 'production', cpu, memory: 7 }];

test('an_hour_is_the_mean_of_its_minutes_with_the_busiest_of_them', () => {
  const store = openVitalsStore(file());
  for (let at = 0; at <= 60; at++) store.add(minute(begin + at * minuteMs, at === 30 ? 1 : 0), shop(0.5));
  const hours = store.range({ from: begin, to: begin + hourMs, stepMs: hourMs });
  expect(hours).toHaveLength(1);
  expect(hours[0]).toMatchObject({ at: begin, cpuPeak: 1, memory: 1e9, read: null });
  expect(hours[0]?.cpu).toBeCloseTo(1 / 60, 6);
  expect(store.appRange({ from: begin, to: begin + hourMs, stepMs: hourMs }, 'shop', 'production')).toEqual([
    { at: begin, cpu: 0.5, memory: 7 },
  ]);
  expect(store.appRange({ from: begin, to: begin + hourMs, stepMs: minuteMs }, 'shop', 'preview')).toEqual(
    [],
  );
  store.close();
});

test('hours_that_ended_while_the_server_was_down_are_made_up_for', () => {
  const path = file();
  const first = openVitalsStore(path);
  first.add(minute(begin + 10 * minuteMs, 0.2), []);
  first.close();
  const second = openVitalsStore(path);
  second.add(minute(begin + 3 * hourMs, 0.4), []);
  expect(
    second.range({ from: begin, to: begin + 5 * hourMs, stepMs: hourMs }).map(({ at, cpu }) => [at, cpu]),
  ).toEqual([[begin, 0.2]]);
  second.close();
});

test('minutes_go_after_two_weeks_and_their_hours_stay', () => {
  const store = openVitalsStore(file());
  for (let at = 0; at <= 60; at++) store.add(minute(begin + at * minuteMs, 0.5), shop(1));
  const later = begin + keepMinutesMs + 2 * hourMs;
  store.add(minute(later, 0), []);
  expect(store.range({ from: begin, to: later - 1, stepMs: minuteMs })).toEqual([]);
  expect(store.range({ from: begin, to: begin + hourMs - 1, stepMs: hourMs })).toHaveLength(1);
  store.close();
});

test('a_damaged_file_is_put_aside_and_begun_anew', () => {
  const path = file();
  writeFileSync(path, 'this was a database once, and is no more'.repeat(200));
  const store = openVitalsStore(path);
  store.add(minute(begin, 0.5), []);
  expect(store.latest(10)).toHaveLength(1);
  expect(existsSync(`${path}.corrupt`)).toBe(true);
  store.close();
});

test('a_range_is_answered_in_at_most_300_points_of_what_is_still_kept', () => {
  const now = begin;
  for (const days of [0.04, 1, 7, 14, 30, 365]) {
    const step = stepFor(now - days * dayMs, now, now);
    expect((days * dayMs) / step).toBeLessThanOrEqual(300);
    expect(dayMs % step === 0 || step % hourMs === 0).toBe(true);
  }
  expect(stepFor(now - hourMs, now, now)).toBe(minuteMs);
  expect(stepFor(now - 40 * dayMs, now - 39 * dayMs, now)).toBe(hourMs);
});
