/** Logins of registries in control.db, each password encrypted at rest. */

import type { Secrets } from '../../kernel/secrets.ts';
import type { Store } from '../../kernel/store.ts';

export interface LoginRow {
  /** `host[:port]`. */
  registry: string;
  /** The one app it is for; null for all. */
  app: string | null;
  username: string;
  addedAt: number;
}

export interface RegistryStore {
  /** By registry; of one, that for all apps first. */
  list(): LoginRow[];
  /** The same with passwords, which are remembered for redaction: for this app and for all. */
  usable(appId: number | null): (LoginRow & { password: string })[];
  /** In place of the one before. */
  put(login: {
    registry: string;
    appId: number | null;
    username: string;
    password: string;
    now: number;
  }): void;
  /** False where there was none. */
  remove(registry: string, appId: number | null): boolean;
}

export function createRegistryStore({ db, transaction }: Store, secrets: Secrets): RegistryStore {
  const contextOf = (registry: string, appId: number | null) => `registry:${appId ?? 'all'}:${registry}`;
  const columns = 'l.registry, a.name AS app, l.username, l.added_at AS addedAt';
  const from = 'registry_logins l LEFT JOIN apps a ON a.id = l.app';
  const drop = (registry: string, appId: number | null) =>
    db.query('DELETE FROM registry_logins WHERE registry = ? AND app IS ?').run(registry, appId).changes > 0;
  return {
    list: () =>
      db.query<LoginRow, []>(`SELECT ${columns} FROM ${from} ORDER BY l.registry, a.name NULLS FIRST`).all(),
    usable(appId) {
      const rows = db
        .query<LoginRow & { appId: number | null; sealed: Uint8Array }, [number | null]>(
          `SELECT ${columns}, l.app AS appId, l.sealed FROM ${from} WHERE l.app IS NULL OR l.app = ?`,
        )
        .all(appId);
      return rows.map(({ sealed, appId: owner, ...row }) => {
        const password = secrets.open(sealed, contextOf(row.registry, owner));
        remember(secrets, row.username, password);
        return { ...row, password };
      });
    },
    put: ({ registry, appId, username, password, now }) =>
      transaction(() => {
        remember(secrets, username, password);
        drop(registry, appId);
        db.query(
          'INSERT INTO registry_logins (registry, app, username, sealed, added_at) VALUES (?, ?, ?, ?, ?)',
        ).run(registry, appId, username, secrets.seal(password, contextOf(registry, appId)), now);
      }),
    remove: drop,
  };
}

/** In every form a registry or an engine may say it back. */
function remember(secrets: Secrets, username: string, password: string): void {
  secrets.remember([password, Buffer.from(`${username}:${password}`).toString('base64')]);
}
