/** Apps and their environments in control.db. */

import { WindlassError } from '../../shared/errors.ts';
import type { Store } from '../kernel/store.ts';

export interface AppRow {
  id: number;
  name: string;
  createdAt: number;
}

export interface EnvironmentRow {
  id: number;
  appId: number;
  app: string;
  name: string;
  wanted: 'running' | 'stopped';
  liveRelease: number | null;
  /** Instances asked for by hand; null where the release's own configuration decides. */
  scale: number | null;
}

export interface AppStore {
  apps(): AppRow[];
  /** Throws `not-found` with the names there are. */
  app(name: string): AppRow;
  environments(appId?: number): EnvironmentRow[];
  /** Throws `not-found`. */
  environment(app: string, name: string): EnvironmentRow;
  environmentById(id: number): EnvironmentRow;
  /** Makes the app and the environment where they do not exist yet. */
  ensure(app: string, environment: string, now: number): EnvironmentRow;
  /** The next release number of the app; call inside the transaction that stores the release. */
  takeReleaseNumber(appId: number): number;
  setLive(environmentId: number, release: number | null): void;
  setWanted(environmentId: number, wanted: EnvironmentRow['wanted']): void;
  setScale(environmentId: number, scale: number): void;
  removeApp(appId: number): void;
}

export function createAppStore({ db }: Store): AppStore {
  const columns = `e.id, e.app AS appId, a.name AS app, e.name, e.wanted, e.live_release AS liveRelease, e.scale
    FROM environments e JOIN apps a ON a.id = e.app`;
  const selectApps = db.query<AppRow, []>('SELECT id, name, created_at AS createdAt FROM apps ORDER BY name');
  const selectApp = db.query<AppRow, [string]>(
    'SELECT id, name, created_at AS createdAt FROM apps WHERE name = ?',
  );
  const selectAll = db.query<EnvironmentRow, []>(`SELECT ${columns} ORDER BY a.name, e.id`);
  const selectOf = db.query<EnvironmentRow, [number]>(`SELECT ${columns} WHERE e.app = ? ORDER BY e.id`);
  const selectOne = db.query<EnvironmentRow, [string, string]>(
    `SELECT ${columns} WHERE a.name = ? AND e.name = ?`,
  );
  const selectById = db.query<EnvironmentRow, [number]>(`SELECT ${columns} WHERE e.id = ?`);

  const app = (name: string): AppRow => {
    const row = selectApp.get(name);
    if (row) return row;
    const names = selectApps.all().map((each) => each.name);
    throw new WindlassError('not-found', `there is no app called ${name}`, {
      hint:
        names.length === 0
          ? 'Nothing is deployed yet; `windlass deploy NAME` in a folder makes the first app.'
          : `There is ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' and more; see `windlass apps`' : ''}.`,
    });
  };

  return {
    app,
    apps: () => selectApps.all(),
    environments: (appId) => (appId === undefined ? selectAll.all() : selectOf.all(appId)),
    environment(appName, name) {
      const { id } = app(appName);
      const row = selectOne.get(appName, name);
      if (row) return row;
      const names = selectOf.all(id).map((each) => each.name);
      throw new WindlassError('not-found', `the app ${appName} has no environment called ${name}`, {
        hint: `It has ${names.join(', ') || 'none yet'}.`,
      });
    },
    environmentById(id) {
      const row = selectById.get(id);
      if (!row) throw new WindlassError('not-found', 'the environment was removed meanwhile');
      return row;
    },
    ensure(appName, name, now) {
      db.query('INSERT INTO apps (name, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING').run(appName, now);
      db.query(
        'INSERT INTO environments (app, name) SELECT id, ? FROM apps WHERE name = ? ON CONFLICT DO NOTHING',
      ).run(name, appName);
      const row = selectOne.get(appName, name);
      if (!row) throw new Error('an environment just inserted is missing');
      return row;
    },
    takeReleaseNumber(appId) {
      const row = db
        .query<{ number: number }, [number]>(
          'UPDATE apps SET last_release = last_release + 1 WHERE id = ? RETURNING last_release AS number',
        )
        .get(appId);
      if (!row) throw new WindlassError('not-found', 'the app was removed meanwhile');
      return row.number;
    },
    setLive: (id, release) =>
      void db.query('UPDATE environments SET live_release = ? WHERE id = ?').run(release, id),
    setWanted: (id, wanted) =>
      void db.query('UPDATE environments SET wanted = ? WHERE id = ?').run(wanted, id),
    setScale: (id, scale) => void db.query('UPDATE environments SET scale = ? WHERE id = ?').run(scale, id),
    removeApp: (id) => void db.query('DELETE FROM apps WHERE id = ?').run(id),
  };
}
