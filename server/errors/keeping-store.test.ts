import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { openStore } from '../kernel/store.ts';
import { createKeepingStore } from './keeping-store.ts';
import { errorsMigrations } from './schema.ts';

const log = createLog({ write: () => undefined, clock: systemClock, redact: (text) => text });

test('what_is_kept_is_30_days_and_2_GB_until_it_is_set_and_each_part_by_itself_outlives_a_restart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'windlass-keeping-'));
  try {
    const open = () => openStore(join(folder, 'control.db'), errorsMigrations, log);
    const first = open();
    const keeping = createKeepingStore(first);
    expect(keeping.get()).toEqual({ keepDays: 30, keepBytes: 2 * 1024 ** 3 });
    keeping.set({ keepBytes: 100_000_000 });
    keeping.set({ keepDays: 7 });
    first.close();
    const second = open();
    expect(createKeepingStore(second).get()).toEqual({ keepDays: 7, keepBytes: 100_000_000 });
    second.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
