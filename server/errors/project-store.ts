/** Projects in control.db: each app has one, with the key of its DSN and its settings. */

import { randomBytes } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import type { Store } from '../kernel/store.ts';

export interface ProjectRow {
  readonly id: number;
  readonly app: string;
  /** Public: it is in every page that reports errors. */
  readonly key: string;
  /** Where the app was last reached, `http://host[:port]`; empty before that. */
  readonly url: string;
  /** Envelopes a minute. */
  readonly perMinute: number;
  /** Fingerprint rules as text. */
  readonly rules: string;
}

export interface ProjectStore {
  byId(id: number): ProjectRow | null;
  byApp(app: string): ProjectRow | null;
  byKey(key: string): ProjectRow | null;
  all(): readonly ProjectRow[];
  /** Makes the app's project where it has none, and keeps where it is reached. */
  ensure(app: string, url: string): ProjectRow;
  /** From now on nothing is taken in for it. Its id is never given again, and waits in `unforgotten`. */
  remove(id: number): void;
  /** Projects that were removed, while there may still be something of them. */
  unforgotten(): readonly number[];
  forgotten(id: number): void;
  /** It has monitors that are to check in. */
  noteMonitored(id: number): void;
  /** Whether any has. */
  monitored(): boolean;
  configure(id: number, change: { perMinute?: number | undefined; rules?: string | undefined }): void;
  /** A new upload token; only its hash is stored. */
  addToken(id: number): string;
  byToken(token: string): ProjectRow | null;
}

const usualPerMinute = 30_000;
const mostTokens = 20;
const columns = 'id, app, key, url, per_minute AS perMinute, rules';

/** Read from memory: every event asks. */
export function createProjectStore(store: Store, clock: Clock): ProjectStore {
  const byId = new Map<number, ProjectRow>();
  const byKey = new Map<string, ProjectRow>();
  const byApp = new Map<string, ProjectRow>();
  const monitored = new Set<number>();
  const load = () => {
    for (const map of [byId, byKey, byApp]) map.clear();
    for (const row of store.db.query<ProjectRow, []>(`SELECT ${columns} FROM errors_projects`).all()) {
      byId.set(row.id, row);
      byKey.set(row.key, row);
      byApp.set(row.app, row);
    }
  };
  load();
  return {
    byId: (id) => byId.get(id) ?? null,
    byApp: (app) => byApp.get(app) ?? null,
    byKey: (key) => byKey.get(key) ?? null,
    all: () => [...byId.values()],
    ensure(app, url) {
      const found = byApp.get(app);
      if (found !== undefined && (url === '' || found.url === url)) return found;
      store.transaction(() => {
        if (found !== undefined) {
          store.db.query('UPDATE errors_projects SET url = ? WHERE id = ?').run(url, found.id);
          return;
        }
        store.db
          .query(
            `INSERT INTO errors_projects (id, app, key, url, per_minute, created_at) VALUES (
              1 + max(coalesce((SELECT max(id) FROM errors_projects), 0), coalesce((SELECT max(id) FROM errors_removed), 0)),
              ?, ?, ?, ?, ?)`,
          )
          .run(app, randomBytes(16).toString('hex'), url, usualPerMinute, clock.now());
      });
      load();
      const made = byApp.get(app);
      if (made === undefined) throw new Error('a project just stored is missing');
      return made;
    },
    remove(id) {
      store.transaction(() => {
        store.db.query('INSERT INTO errors_removed (id) VALUES (?)').run(id);
        store.db.query('DELETE FROM errors_projects WHERE id = ?').run(id);
      });
      load();
    },
    unforgotten: () =>
      store.db
        .query<{ id: number }, []>('SELECT id FROM errors_removed WHERE forgotten = 0')
        .all()
        .map(({ id }) => id),
    forgotten(id) {
      store.transaction(() => store.db.query('UPDATE errors_removed SET forgotten = 1 WHERE id = ?').run(id));
    },
    noteMonitored(id) {
      if (monitored.has(id)) return;
      store.transaction(() =>
        store.db.query('UPDATE errors_projects SET monitored = 1 WHERE id = ?').run(id),
      );
      monitored.add(id);
    },
    monitored: () =>
      store.db.query('SELECT 1 FROM errors_projects WHERE monitored = 1 LIMIT 1').get() !== null,
    configure(id, { perMinute, rules }) {
      store.transaction(() => {
        if (perMinute !== undefined) {
          store.db.query('UPDATE errors_projects SET per_minute = ? WHERE id = ?').run(perMinute, id);
        }
        if (rules !== undefined)
          store.db.query('UPDATE errors_projects SET rules = ? WHERE id = ?').run(rules, id);
      });
      load();
    },
    addToken(id) {
      const token = `wlt_${randomBytes(24).toString('hex')}`;
      store.transaction(() => {
        store.db
          .query('INSERT INTO errors_tokens (hash, project, created_at) VALUES (?, ?, ?)')
          .run(hashOf(token), id, clock.now());
        store.db
          .query(
            `DELETE FROM errors_tokens WHERE project = ? AND hash NOT IN
              (SELECT hash FROM errors_tokens WHERE project = ? ORDER BY created_at DESC LIMIT ?)`,
          )
          .run(id, id, mostTokens);
      });
      return token;
    },
    byToken(token) {
      const row = store.db
        .query<{ project: number }, [string]>('SELECT project FROM errors_tokens WHERE hash = ?')
        .get(hashOf(token));
      return row === null ? null : (byId.get(row.project) ?? null);
    },
  };
}

function hashOf(token: string): string {
  return new Bun.CryptoHasher('sha256').update(token).digest('hex');
}
