/** Maintenance windows in control.db, kept in memory for every result asks them. */

import { WindlassError } from '../../shared/errors.ts';
import { type Maintenance, maintenance } from '../../shared/uptime/maintenance.ts';
import type { Store } from '../kernel/store.ts';
import { isWithin } from './maintenance.ts';

export interface MaintenanceStore {
  all(): readonly Maintenance[];
  /** With id 0 a new one. Throws `invalid` for a time zone there is not, or a window that ends before it begins. */
  set(window: Maintenance): Maintenance;
  remove(id: number): void;
}

export function createMaintenanceStore({ db }: Store): MaintenanceStore {
  let known: readonly Maintenance[] | null = null;
  const read = () =>
    db
      .query<{ id: number; maintenance: string }, []>(
        'SELECT id, maintenance FROM uptime_maintenance ORDER BY id',
      )
      .all()
      .map((row) => maintenance.parse({ ...JSON.parse(row.maintenance), id: row.id }));
  return {
    all() {
      known ??= read();
      return known;
    },
    set(window) {
      examine(window);
      known = null;
      const text = JSON.stringify(window);
      if (window.id === 0) {
        const row = db
          .query<{ id: number }, [string]>(
            'INSERT INTO uptime_maintenance (maintenance) VALUES (?) RETURNING id',
          )
          .get(text);
        return { ...window, id: row?.id ?? 0 };
      }
      const { changes } = db
        .query('UPDATE uptime_maintenance SET maintenance = ? WHERE id = ?')
        .run(text, window.id);
      if (changes === 0) throw new WindlassError('not-found', `there is no maintenance ${window.id}`);
      return window;
    },
    remove(id) {
      known = null;
      db.query('DELETE FROM uptime_maintenance WHERE id = ?').run(id);
    },
  };
}

function examine({ when }: Maintenance): void {
  if (when.kind === 'once' && when.to <= when.from) {
    throw new WindlassError('invalid', 'the maintenance ends before it begins', { hint: 'Swap the two.' });
  }
  try {
    isWithin(when, 0);
  } catch (error) {
    throw new WindlassError('invalid', 'there is no such time zone', {
      hint: 'Use a name like Europe/Berlin or UTC.',
      cause: error,
    });
  }
}
