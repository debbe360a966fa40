/** Releases and how they fare, monitors, and what was dropped. */

import type { Commit } from '../../../shared/deployer/commit.ts';
import type { Desk } from '../desk.ts';

export interface ReleaseNote {
  readonly project: number;
  readonly version: string;
  readonly at: number;
  /** What is known of its making: `{commit}`. */
  readonly refs: Readonly<Record<string, string>>;
  /** Of what it was made, newest first. */
  readonly commits?: readonly Commit[];
}

/** Releases of a project; of older ones the commits are forgotten. */
const keepCommitsOf = 100;

export interface ReleaseHealth {
  version: string;
  firstAt: number;
  lastAt: number;
  events: number;
  newIssues: number;
  regressed: number;
  sessions: number;
  crashed: number;
  errored: number;
  commit: string | null;
}

export function noteRelease(
  { index }: Desk,
  { project, version, at, refs, commits = [] }: ReleaseNote,
): null {
  index
    .query(
      `INSERT INTO releases (project, version, first_at, last_at, refs) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET first_at = min(first_at, excluded.first_at), refs = json_patch(refs, excluded.refs)`,
    )
    .run(project, version, at, at, JSON.stringify(refs));
  if (commits.length > 0) {
    index
      .query('INSERT OR REPLACE INTO release_commits (project, version, commits) VALUES (?, ?, ?)')
      .run(project, version, JSON.stringify(commits));
    index
      .query(
        `DELETE FROM release_commits WHERE project = ?1 AND version NOT IN (
           SELECT version FROM releases WHERE project = ?1 ORDER BY first_at DESC LIMIT ${keepCommitsOf})`,
      )
      .run(project);
  }
  return null;
}

export function listReleases({ index }: Desk, project: number): { releases: ReleaseHealth[] } {
  const rows = index
    .query<Omit<ReleaseHealth, 'commit'> & { refs: string }, [number]>(
      `SELECT version, first_at AS firstAt, last_at AS lastAt, events, issues AS newIssues, regressed, refs,
        coalesce((SELECT sum(total) FROM release_sessions s WHERE s.project = r.project AND s.version = r.version), 0) AS sessions,
        coalesce((SELECT sum(crashed) FROM release_sessions s WHERE s.project = r.project AND s.version = r.version), 0) AS crashed,
        coalesce((SELECT sum(errored) FROM release_sessions s WHERE s.project = r.project AND s.version = r.version), 0) AS errored
       FROM releases r WHERE project = ? ORDER BY first_at DESC LIMIT 100`,
    )
    .all(project);
  return {
    releases: rows.map(({ refs, ...rest }) => ({ ...rest, commit: JSON.parse(refs).commit ?? null })),
  };
}

export function listMonitors(
  { index }: Desk,
  project: number,
): {
  monitors: { slug: string; state: string; lastAt: number; failures: number; schedule: string }[];
} {
  return {
    monitors: index
      .query<{ slug: string; state: string; lastAt: number; failures: number; schedule: string }, [number]>(
        'SELECT slug, state, last_at AS lastAt, failures, schedule FROM monitors WHERE project = ? ORDER BY slug LIMIT 500',
      )
      .all(project),
  };
}

export interface Dropped {
  day: number;
  by: string;
  reason: string;
  category: string;
  quantity: number;
}

export function listDropped(desk: Desk, project: number): { dropped: Dropped[]; bytes: number } {
  const dropped = desk.index
    .query<Dropped, [number]>(
      'SELECT day, by, reason, category, quantity FROM dropped WHERE project = ? ORDER BY day DESC LIMIT 500',
    )
    .all(project);
  return { dropped, bytes: desk.files.bytes() };
}
