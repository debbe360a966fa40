/** How much was not counted, and why: one small file a site, for today alone. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DropReason } from '../../shared/analytics/contract.ts';
import { dayStart } from './site-folder.ts';

export type Drops = Partial<Record<DropReason, number>>;

interface DayOfDrops {
  day: number;
  drops: Drops;
}

const writeMs = 2000;

export class DropCounts {
  readonly #sites = new Map<string, DayOfDrops & { changed: boolean }>();
  #writing: Timer | undefined;

  add(folder: string, reason: DropReason, now: number): void {
    const day = dayStart(now);
    let mine = this.#sites.get(folder);
    if (mine === undefined || mine.day !== day) {
      mine = { day, drops: dropsOf(folder, now), changed: false };
      this.#sites.set(folder, mine);
    }
    mine.drops[reason] = (mine.drops[reason] ?? 0) + 1;
    mine.changed = true;
    this.#writing ??= setTimeout(() => this.write(), writeMs);
  }

  write(): void {
    clearTimeout(this.#writing);
    this.#writing = undefined;
    for (const [folder, mine] of this.#sites) {
      if (!mine.changed) continue;
      mine.changed = false;
      const path = pathIn(folder);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(`${path}.new`, JSON.stringify({ day: mine.day, drops: mine.drops }), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    }
  }
}

/** Of today; nothing where the file is of another day, or not there. */
export function dropsOf(folder: string, now: number): Drops {
  try {
    const { day, drops } = JSON.parse(readFileSync(pathIn(folder), 'utf8')) as DayOfDrops;
    return day === dayStart(now) ? drops : {};
  } catch {
    return {};
  }
}

const pathIn = (folder: string) => join(folder, 'dropped.json');
