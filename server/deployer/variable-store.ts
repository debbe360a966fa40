/** Environment variables, each value encrypted at rest. */

import type { Secrets } from '../kernel/secrets.ts';
import type { Store } from '../kernel/store.ts';

export type Variables = Readonly<Record<string, string>>;

export interface VariableStore {
  /** Name to value, sorted by name. Every value is also remembered for redaction. */
  read(environmentId: number): Variables;
  /** Call inside a transaction. */
  write(environmentId: number, set: Variables, unset: readonly string[]): void;
  /** A frozen copy for a release: what it was made with stays with it. */
  freeze(variables: Variables, app: number): Uint8Array;
  thaw(frozen: Uint8Array, app: number): Variables;
}

export function createVariableStore({ db }: Store, secrets: Secrets): VariableStore {
  const contextOf = (environmentId: number, name: string) => `variable:${environmentId}:${name}`;
  const frozenContext = (app: number) => `release-variables:${app}`;
  const remembered = (variables: Variables): Variables => {
    secrets.remember(Object.values(variables));
    return variables;
  };
  return {
    read(environmentId) {
      const rows = db
        .query<{ name: string; sealed: Uint8Array }, [number]>(
          'SELECT name, sealed FROM variables WHERE environment = ? ORDER BY name',
        )
        .all(environmentId);
      return remembered(
        Object.fromEntries(
          rows.map(({ name, sealed }) => [name, secrets.open(sealed, contextOf(environmentId, name))]),
        ),
      );
    },
    write(environmentId, set, unset) {
      remembered(set);
      const put = db.query(
        'INSERT INTO variables (environment, name, sealed) VALUES (?, ?, ?) ON CONFLICT (environment, name) DO UPDATE SET sealed = excluded.sealed',
      );
      for (const [name, value] of Object.entries(set)) {
        put.run(environmentId, name, secrets.seal(value, contextOf(environmentId, name)));
      }
      const drop = db.query('DELETE FROM variables WHERE environment = ? AND name = ?');
      for (const name of unset) drop.run(environmentId, name);
    },
    freeze: (variables, app) => secrets.seal(JSON.stringify(variables), frozenContext(app)),
    thaw: (frozen, app) => remembered(JSON.parse(secrets.open(frozen, frozenContext(app))) as Variables),
  };
}
