/** control.db: small, precious, `synchronous=FULL`. The one SQLite file whose loss would hurt. */

import type { Database } from 'bun:sqlite';

export interface Store {
  readonly db: Database;
  /** Runs `work` in one IMMEDIATE transaction (nested calls join it); on return it is on disk, on throw nothing happened. */
  transaction<T>(work: () => T): T;
  close(): void;
}
