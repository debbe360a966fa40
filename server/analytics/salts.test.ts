import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { destroyOldSalts, saltsFor } from './salts.ts';
import { visitorKey } from './visitor-key.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 9, 24, 12);
const person = { address: '198.51.100.1', agent: 'agent', site: 'shop/production/' };
let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'salts-')), 'salts.json');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }));

const keyAt = (at: number) => visitorKey(saltsFor(path, at)[0] ?? { day: 0, secret: '' }, person);

test('a_person_is_the_same_all_day_and_another_the_next', () => {
  const key = keyAt(now);
  expect(key).toMatch(/^[0-9a-f]{16}$/);
  expect(keyAt(now + 11 * 3_600_000)).toBe(key);
  expect(keyAt(now + dayMs)).not.toBe(key);
  // Back to a day whose salt is gone: it cannot be computed again.
  saltsFor(path, now + 3 * dayMs);
  expect(keyAt(now)).not.toBe(key);
});

test('no_two_people_or_sites_are_one_by_how_their_parts_are_joined', () => {
  const salt = saltsFor(path, now)[0] ?? { day: 0, secret: '' };
  const keys = [
    person,
    { ...person, address: '198.51.100.11', agent: 'gent' },
    { ...person, address: '198.51.100.1a', agent: 'gent' },
    { ...person, site: 'shop/preview/' },
  ].map((each) => visitorKey(salt, each));
  expect(new Set(keys).size).toBe(keys.length);
});

test('salts_go_on_days_without_visitors_too_and_a_damaged_file_makes_new_ones', () => {
  saltsFor(path, now);
  destroyOldSalts(path, now + dayMs);
  expect(saltsFor(path, now)).toHaveLength(1);
  const [before] = saltsFor(path, now);
  destroyOldSalts(path, now + 2 * dayMs);
  expect(saltsFor(path, now + 2 * dayMs).some(({ secret }) => secret === before?.secret)).toBe(false);
  writeFileSync(path, '{"half');
  expect(saltsFor(path, now)).toHaveLength(1);
});
