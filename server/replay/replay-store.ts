/** What is known of each replay, in replays.db. */

import { Database } from 'bun:sqlite';
import type { Replay } from '../../shared/replay/contract.ts';
import type { ReplayEvent } from './read-items.ts';
import type { ReplayOrigin } from './replay-room.ts';

/** Only those for which all of it is so. */
export interface ReplayFilter {
  readonly app: string | null;
  /** An event that happened meanwhile. */
  readonly error: string | null;
  /** A page that was seen; `*` stands for anything. */
  readonly path?: string | undefined;
  readonly browser?: string | undefined;
  /** Something went wrong. */
  readonly faulty?: boolean | undefined;
  /** Somebody clicked again and again. */
  readonly rage?: boolean | undefined;
  /** ms. */
  readonly longerThan?: number | undefined;
  readonly limit: number;
}

export interface ReplayStore {
  /** Adds what one segment says; in any order, and twice makes no difference. `bytes` it added on disk. */
  note(from: ReplayOrigin, event: ReplayEvent, bytes: number, fresh: boolean): void;
  get(id: string): Replay | null;
  list(filter: ReplayFilter): Replay[];
  /** Ids of all of an app. */
  idsOf(app: string): string[];
  /** Ids of what is too old, or beyond the bytes, the oldest first. */
  surplus(before: number, keepBytes: number): string[];
  remove(id: string): void;
  close(): void;
}

interface Row {
  id: string;
  app: string;
  environment: string;
  release: string | null;
  started_at: number;
  ended_at: number;
  kind: string;
  names: string;
  user: string | null;
  segments: number;
  bytes: number;
  browser: string | null;
  clicks: number;
  rage: number;
  dead: number;
  faults: number;
}

interface Names {
  urls: string[];
  errors: string[];
  traces: string[];
}

const mostNames = 200;

export function openReplayStore(path: string): ReplayStore {
  const db = new Database(path, { create: true, readwrite: true });
  db.run('PRAGMA journal_mode = WAL');
  db.run('PRAGMA synchronous = FULL');
  db.run('PRAGMA cache_size = -500');
  db.run('PRAGMA secure_delete = ON');
  db.run(`
    CREATE TABLE IF NOT EXISTS replays (
      id TEXT PRIMARY KEY, app TEXT NOT NULL, environment TEXT NOT NULL, release TEXT, started_at INTEGER NOT NULL,
      ended_at INTEGER NOT NULL, kind TEXT NOT NULL, names TEXT NOT NULL, user TEXT, segments INTEGER NOT NULL,
      bytes INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS replays_by_time ON replays (app, started_at);
    CREATE TABLE IF NOT EXISTS replay_errors (error TEXT NOT NULL, replay TEXT NOT NULL, PRIMARY KEY (error, replay))
      STRICT, WITHOUT ROWID;
  `);
  addColumns(db);
  const get = (id: string) => db.query<Row, [string]>('SELECT * FROM replays WHERE id = ?').get(id);
  return {
    note(from, event, bytes, fresh) {
      db.transaction(() => {
        const before = get(event.id);
        const known: Names =
          before === null ? { urls: [], errors: [], traces: [] } : JSON.parse(before.names);
        const joined = (one: readonly string[], other: readonly string[]) =>
          [...new Set([...one, ...other])].slice(0, mostNames);
        const names: Names = {
          urls: joined(known.urls, event.urls),
          errors: joined(known.errors, event.errors),
          traces: joined(known.traces, event.traces),
        };
        const startedAt = event.startedAt ?? event.endedAt;
        db.query(
          `INSERT OR REPLACE INTO replays (id, app, environment, release, started_at, ended_at, kind, names, user, segments, bytes,
             browser, clicks, rage, dead, faults)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ).run(
          ...[
            event.id,
            before?.app ?? from.app,
            event.environment ?? from.environment,
            event.release ?? from.release,
          ],
          ...[
            Math.min(before?.started_at ?? startedAt, startedAt),
            Math.max(before?.ended_at ?? 0, event.endedAt),
          ],
          ...[event.kind, JSON.stringify(names), event.user ?? before?.user ?? null],
          ...[(before?.segments ?? 0) + (fresh ? 1 : 0), (before?.bytes ?? 0) + bytes],
          ...[event.browser ?? before?.browser ?? from.browser ?? null],
          ...(['clicks', 'rage', 'dead'] as const).map(
            (each) => (before?.[each] ?? 0) + (fresh ? (event.counts?.[each] ?? 0) : 0),
          ),
          (before?.faults ?? 0) + (fresh ? (event.counts?.errors ?? 0) : 0),
        );
        for (const error of event.errors) {
          db.query('INSERT OR IGNORE INTO replay_errors (error, replay) VALUES (?, ?)').run(error, event.id);
        }
      })();
    },
    get(id) {
      const row = get(id);
      return row === null ? null : show(row);
    },
    list(filter) {
      const { where, params } = conditions(filter);
      return db
        .query<Row, (string | number)[]>(
          `SELECT * FROM replays WHERE ${where.join(' AND ')} ORDER BY started_at DESC LIMIT ?`,
        )
        .all(...params, filter.limit)
        .map(show);
    },
    idsOf: (app) =>
      db
        .query<{ id: string }, [string]>('SELECT id FROM replays WHERE app = ?')
        .all(app)
        .map(({ id }) => id),
    surplus(before, keepBytes) {
      let sum = 0;
      return db
        .query<{ id: string; bytes: number; ended_at: number }, []>(
          'SELECT id, bytes, ended_at FROM replays ORDER BY ended_at DESC',
        )
        .all()
        .filter(({ bytes, ended_at }) => {
          sum += bytes;
          return ended_at < before || sum > keepBytes;
        })
        .map(({ id }) => id);
    },
    remove(id) {
      db.transaction(() => {
        db.query('DELETE FROM replays WHERE id = ?').run(id);
        db.query('DELETE FROM replay_errors WHERE replay = ?').run(id);
      })();
    },
    close: () => db.close(),
  };
}

/** Files of before the recorder have none of these. */
function addColumns(db: Database): void {
  const known = new Set(
    db
      .query<{ name: string }, []>("SELECT name FROM pragma_table_info('replays')")
      .all()
      .map(({ name }) => name),
  );
  if (!known.has('browser')) db.run('ALTER TABLE replays ADD COLUMN browser TEXT');
  for (const name of ['clicks', 'rage', 'dead', 'faults']) {
    if (!known.has(name)) db.run(`ALTER TABLE replays ADD COLUMN ${name} INTEGER NOT NULL DEFAULT 0`);
  }
}

function conditions(filter: ReplayFilter): { where: string[]; params: (string | number)[] } {
  const where = ['1'];
  const params: (string | number)[] = [];
  const only = (condition: string, ...values: (string | number)[]) => {
    where.push(condition);
    params.push(...values);
  };
  if (filter.app !== null) only('app = ?', filter.app);
  if (filter.error !== null) only('id IN (SELECT replay FROM replay_errors WHERE error = ?)', filter.error);
  if (filter.browser !== undefined) only('browser = ?', filter.browser);
  if (filter.faulty) only("(faults > 0 OR json_array_length(names, '$.errors') > 0)");
  if (filter.rage) only('rage > 0');
  if (filter.longerThan !== undefined) only('ended_at - started_at >= ?', filter.longerThan);
  if (filter.path !== undefined) {
    // Recorders say a page with its host or without it.
    const glob = filter.path.replace(/[[?]/g, '[$&]');
    only(
      `EXISTS (SELECT 1 FROM json_each(names, '$.urls') AS page
         WHERE page.value GLOB ? OR page.value GLOB 'http*://[^/]*' || ? OR page.value GLOB 'http*://[^/]*' || ? || '[?#]*')`,
      ...[glob, glob, glob],
    );
  }
  return { where, params };
}

function show(row: Row): Replay {
  const names: Names = JSON.parse(row.names);
  const { id, app, environment, release, kind, user, segments, bytes, browser, clicks, rage, dead, faults } =
    row;
  return {
    id,
    app,
    environment,
    release,
    kind,
    user,
    segments,
    bytes,
    browser,
    counts: { clicks, rage, dead, errors: faults },
    ...names,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}
