/** Which alarms are open, in control.db: after a restart one that is over is still told to be. */

import type { Migration } from '../kernel/migrations.ts';
import type { Store } from '../kernel/store.ts';
import { type AlarmName, alarmNames } from './alarms.ts';

export const migrations: readonly Migration[] = [
  { id: 'vitals-001-alarms', sql: 'CREATE TABLE vitals_alarms (name TEXT PRIMARY KEY) STRICT;' },
];

export function createAlarmStore(store: Store) {
  return {
    read(): readonly AlarmName[] {
      const rows = store.db.query<{ name: string }, []>('SELECT name FROM vitals_alarms').all();
      return alarmNames.filter((name) => rows.some((row) => row.name === name));
    },
    write(open: readonly AlarmName[]): void {
      store.transaction(() => {
        store.db.run('DELETE FROM vitals_alarms');
        for (const name of open) store.db.run('INSERT INTO vitals_alarms (name) VALUES (?)', [name]);
      });
    },
  };
}
