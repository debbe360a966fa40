/** Instances in control.db: enough to find them again after a restart of the server. */

import type { Store } from '../kernel/store.ts';
import type { InstanceHandle, Runtime } from './runtimes/runtime.ts';

export interface InstanceRow {
  id: string;
  environmentId: number;
  /** The release it was started for. */
  release: number;
  /** Name of the Compose service that runs beside the app; null for what serves. */
  service: string | null;
  /** Of everything a service was started with; another one means that it has to be replaced. Null where nobody asks. */
  fingerprint: string | null;
  /** Loopback port; 0 for static ones. */
  port: number;
  runtime: Runtime['kind'];
  handle: InstanceHandle;
  startedAt: number;
  restarts: number;
  lastExit: string | null;
}

export interface InstanceStore {
  put(row: InstanceRow): void;
  remove(id: string): void;
  all(): InstanceRow[];
}

type Raw = Omit<InstanceRow, 'handle'> & { handle: string };

export function createInstanceStore({ db }: Store): InstanceStore {
  return {
    put: (row) =>
      void db
        .query(
          `INSERT INTO instances (id, environment, release, service, fingerprint, port, runtime, handle, started_at,
             restarts, last_exit) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET handle = excluded.handle, started_at = excluded.started_at,
             restarts = excluded.restarts, last_exit = excluded.last_exit`,
        )
        .run(
          row.id,
          row.environmentId,
          row.release,
          row.service,
          row.fingerprint,
          row.port,
          row.runtime,
          JSON.stringify(row.handle),
          row.startedAt,
          row.restarts,
          row.lastExit,
        ),
    remove: (id) => void db.query('DELETE FROM instances WHERE id = ?').run(id),
    all: () =>
      db
        .query<Raw, []>(
          `SELECT id, environment AS environmentId, release, service, fingerprint, port, runtime, handle,
             started_at AS startedAt, restarts, last_exit AS lastExit FROM instances ORDER BY rowid`,
        )
        .all()
        .map((raw) => ({ ...raw, handle: JSON.parse(raw.handle) as InstanceHandle })),
  };
}
