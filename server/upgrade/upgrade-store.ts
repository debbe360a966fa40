/** Upgrades and how they went, in control.db. */

import type { UpgradeOutcome } from '../../shared/upgrade/contract.ts';
import type { Store } from '../kernel/store.ts';

/** Older ones are of no use to anybody. */
const kept = 20;

export class UpgradeStore {
  constructor(private readonly store: Store) {}

  add(id: string, from: string, to: string, at: number): void {
    this.store.transaction(() => {
      this.store.db
        .query(
          `INSERT INTO upgrades (id, from_version, to_version, state, at) VALUES (?, ?, ?, 'under-way', ?)`,
        )
        .run(id, from, to, at);
      this.store.db
        .query('DELETE FROM upgrades WHERE id NOT IN (SELECT id FROM upgrades ORDER BY at DESC LIMIT ?)')
        .run(kept);
    });
  }

  settle(id: string, state: UpgradeOutcome['state'], message: string): void {
    this.store.db.query('UPDATE upgrades SET state = ?, message = ? WHERE id = ?').run(state, message, id);
  }

  find(id: string): UpgradeOutcome | null {
    return this.store.db
      .query<UpgradeOutcome, [string]>(
        'SELECT state, from_version AS "from", to_version AS "to", message FROM upgrades WHERE id = ?',
      )
      .get(id);
  }
}
