/** Sessions of releases: how many ended well, with errors, or in a crash. */

import { listOf, numberOr, objectOf, textOf, timeOf } from '../event/text.ts';
import { isObject, type Json } from '../wire/envelope.ts';
import { limits } from '../wire/limits.ts';
import type { ItemContext } from './context.ts';

interface Counts {
  total: number;
  errored: number;
  crashed: number;
  abnormal: number;
}

const marks = { begun: 1, errored: 2, crashed: 4, abnormal: 8 } as const;

/** One session as it goes on: each of its updates counts only what none before it told. */
export function takeSession(context: ItemContext, raw: unknown): boolean {
  if (!isObject(raw)) return false;
  const attrs = objectOf(raw.attrs);
  const release = textOf(attrs.release, 200);
  const sid = textOf(raw.sid, 64);
  if (release === '') return false;
  const status = textOf(raw.status) || 'ok';
  let told: number = marks.begun;
  if (numberOr(raw.errors, 0) > 0 || status === 'crashed' || status === 'abnormal') told |= marks.errored;
  if (status === 'crashed') told |= marks.crashed;
  if (status === 'abnormal') told |= marks.abnormal;
  const fresh = sid === '' ? told : told & ~markSession(context, sid, told);
  add(context, release, textOf(attrs.environment, 64), timeOf(raw.started, context.now), {
    total: fresh & marks.begun ? 1 : 0,
    errored: fresh & marks.errored ? 1 : 0,
    crashed: fresh & marks.crashed ? 1 : 0,
    abnormal: fresh & marks.abnormal ? 1 : 0,
  });
  return true;
}

/** Sessions that a server counted by itself. */
export function takeSessions(context: ItemContext, raw: unknown): boolean {
  const { attrs, aggregates }: Json = objectOf(raw);
  const release = textOf(objectOf(attrs).release, 200);
  if (release === '') return false;
  for (const each of listOf(aggregates, limits.sessions)) {
    const bucket = objectOf(each);
    const [exited = 0, errored = 0, crashed = 0, abnormal = 0] = [
      'exited',
      'errored',
      'crashed',
      'abnormal',
    ].map((key) => Math.max(0, Math.min(1e9, Math.trunc(numberOr(bucket[key], 0)))));
    add(context, release, textOf(objectOf(attrs).environment, 64), timeOf(bucket.started, context.now), {
      total: exited + errored + crashed + abnormal,
      errored: errored + crashed + abnormal,
      crashed,
      abnormal,
    });
  }
  return true;
}

/** What was told of the session before. */
function markSession({ stores, project, now }: ItemContext, sid: string, told: number): number {
  const before =
    stores.index
      .query<{ marks: number }, [number, string]>('SELECT marks FROM sessions WHERE project = ? AND sid = ?')
      .get(project.id, sid)?.marks ?? 0;
  if ((before | told) !== before) {
    stores.index
      .query('INSERT OR REPLACE INTO sessions (project, sid, marks, at) VALUES (?, ?, ?, ?)')
      .run(project.id, sid, before | told, now);
  }
  return before;
}

const leastSessions = 50;
const wanted = 0.99;

function add(context: ItemContext, release: string, environment: string, at: number, counts: Counts): void {
  const { stores, project } = context;
  const where = environment || context.environment;
  const { total, errored, crashed, abnormal } = counts;
  const row = stores.index
    .query<Counts, (string | number)[]>(
      `INSERT INTO release_sessions (project, version, environment, day, total, errored, crashed, abnormal)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET total = total + excluded.total,
        errored = errored + excluded.errored, crashed = crashed + excluded.crashed, abnormal = abnormal + excluded.abnormal
       RETURNING total, errored, crashed, abnormal`,
    )
    .get(project.id, release, where, Math.floor(at / 86_400_000), total, errored, crashed, abnormal);
  stores.index
    .query(
      `INSERT INTO releases (project, version, first_at, last_at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET last_at = max(last_at, excluded.last_at)`,
    )
    .run(project.id, release, at, at);
  if (row === null || crashed === 0 || row.total < leastSessions) return;
  const share = 1 - row.crashed / row.total;
  if (share < wanted) {
    stores.happened({ kind: 'crash-free', project: project.id, release, sessions: row.total, share });
  }
}
