/** Checks in control.db, with the state each was in when it last changed. Settings are sealed: they hold passwords. */

import { WindlassError } from '../../shared/errors.ts';
import { type Check, type CheckSettings, checkSettings } from '../../shared/uptime/check.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Store } from '../kernel/store.ts';
import type { CheckState } from './check-state.ts';

export interface CheckStore {
  all(): { check: Check; state: CheckState | null }[];
  add(settings: CheckSettings, given: boolean): Check;
  /** Throws `not-found`. */
  set(id: number, settings: CheckSettings): Check;
  setState(id: number, state: CheckState): void;
  remove(id: number): void;
}

interface Row {
  id: number;
  given: number;
  settings: Uint8Array;
  state: string | null;
}

const context = 'uptime:check';

export function createCheckStore({ db }: Store, secrets: Secrets): CheckStore {
  const seal = (settings: CheckSettings) => secrets.seal(JSON.stringify(settings), context);
  return {
    all: () =>
      db
        .query<Row, []>('SELECT id, given, settings, state FROM uptime_checks ORDER BY id')
        .all()
        .map((row) => ({
          check: {
            ...checkSettings.parse(JSON.parse(secrets.open(row.settings, context))),
            id: row.id,
            given: row.given === 1,
          },
          state: row.state === null ? null : (JSON.parse(row.state) as CheckState),
        })),
    add(settings, given) {
      const row = db
        .query<{ id: number }, [number, Uint8Array]>(
          'INSERT INTO uptime_checks (given, settings) VALUES (?, ?) RETURNING id',
        )
        .get(given ? 1 : 0, seal(settings));
      return { ...settings, id: row?.id ?? 0, given };
    },
    set(id, settings) {
      const row = db
        .query<{ given: number }, [Uint8Array, number]>(
          'UPDATE uptime_checks SET settings = ? WHERE id = ? RETURNING given',
        )
        .get(seal(settings), id);
      if (row !== null) return { ...settings, id, given: row.given === 1 };
      throw new WindlassError('not-found', `there is no check ${id}`, { hint: 'See `windlass checks`.' });
    },
    setState(id, state) {
      db.query('UPDATE uptime_checks SET state = ? WHERE id = ?').run(JSON.stringify(state), id);
    },
    remove(id) {
      db.query('DELETE FROM uptime_checks WHERE id = ?').run(id);
    },
  };
}
