import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDesk } from './desk.ts';
import type { Submission } from './intake/protocol.ts';
import { answer } from './questions.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const start = Date.UTC(2026, 5, 30, 12);
const budget = 16 * 1024 ** 2;

test('a_flood_of_ever_new_issues_stays_within_the_budget_of_the_whole_folder_and_the_newest_is_kept', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flood-'));
  folders.push(folder);
  const faults: unknown[] = [];
  const desk = openDesk({ folder, keepDays: 30, keepBytes: budget, spikePerMinute: 500 }, (message, error) =>
    faults.push(message, error),
  );
  let most = 0;
  let newest = '';
  for (let batch = 0; batch < 110; batch++) {
    const { outcomes } = desk.take(
      Array.from({ length: 32 }, (_, at) => {
        newest = (batch * 32 + at).toString(16).padStart(32, '0');
        return submission(newest, start + batch * 1000);
      }),
    );
    expect(faults).toEqual([]);
    expect(outcomes.every(({ kind }) => kind === 'taken')).toBe(true);
    most = Math.max(most, bytesOf(folder));
  }
  // Without a bound it would have been more than that.
  expect(most).toBeGreaterThan(budget / 2);
  expect(most).toBeLessThanOrEqual(budget);
  expect(answer(desk, { name: 'event', id: newest })).toMatchObject({ head: { id: newest } });
  const { total } = answer(desk, {
    name: 'issues',
    query: {
      ...{ project: 1, state: 'all', environment: null, release: null, search: '', sort: 'last' },
      ...{ limit: 1, offset: 0, now: start + 3_600_000 },
    },
  }) as { total: number };
  expect(total).toBeGreaterThan(100);
  expect(total).toBeLessThan(110 * 32);
  expect(faults).toEqual([]);
  desk.close();
}, 20_000);

/** Text that does not compress, of a bug that no other event has. */
function submission(id: string, now: number): Submission {
  const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(1500))).toString('base64');
  const event = {
    exception: { values: [{ type: `Error${id}`, value: noise.slice(0, 300) }] },
    fingerprint: [id],
    tags: Object.fromEntries(
      Array.from({ length: 8 }, (_, at) => [`tag${at}`, noise.slice(at * 20, at * 20 + 20)]),
    ),
    user: { id },
    extra: { noise },
  };
  return {
    project: { id: 1, app: 'shop', rules: '' },
    form: 'envelope',
    body: Buffer.from(`{"event_id":"${id}"}\n{"type":"event"}\n${JSON.stringify(event)}`),
    encoding: '',
    contentType: '',
    now,
    release: 'shop@1',
    environment: 'production',
  };
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
