/** What speaks about who brought an issue: the release that first had it, its commits, and the files it is thrown in. */

import type { Commit } from '../../../shared/deployer/commit.ts';
import type { Desk } from '../desk.ts';
import { readEvent } from '../event/read-event.ts';
import { eventsOfIssue, findEvent, readPayload } from '../store/event-store.ts';

export interface SuspectEvidence {
  release: string | null;
  /** As uploaders told them; newest first. */
  commits: Commit[];
  /** Of our own frames, the innermost first. */
  files: string[];
}

const mostFiles = 5;

export function suspectEvidence({ index, files }: Desk, issue: number): SuspectEvidence {
  const row = index
    .query<{ project: number; release: string | null; commits: string | null }, [number]>(
      `SELECT i.project, i.first_release AS release, c.commits FROM issues i
       LEFT JOIN release_commits c ON c.project = i.project AND c.version = i.first_release WHERE i.id = ?`,
    )
    .get(issue);
  if (row === null) return { release: null, commits: [], files: [] };
  const [newest] = eventsOfIssue(files, issue, Number.MAX_SAFE_INTEGER, 1);
  const found = newest === undefined ? null : findEvent(files, newest.event);
  const event = found === null ? null : readEvent(JSON.parse(readPayload(found.file, found.row)), null, 0);
  const own = (event?.thrown.at(-1)?.frames ?? []).filter(({ inApp, file }) => inApp && file !== '');
  const names = own.map(({ file, path }) => (path.length > file.length ? path : file)).reverse();
  return {
    release: row.release,
    commits: row.commits === null ? [] : newCommits(index, row.project, row.release, JSON.parse(row.commits)),
    files: [...new Set(names)].slice(0, mostFiles),
  };
}

/** `sentry-cli` sends the last twenty, those of earlier releases among them: what such a one ended with ends the list. */
function newCommits(
  index: Desk['index'],
  project: number,
  release: string | null,
  commits: Commit[],
): Commit[] {
  const earlier = index
    .query<{ head: string }, [number, string | null]>(
      `SELECT c.commits ->> '$[0].id' AS head FROM releases r
       JOIN release_commits c ON c.project = r.project AND c.version = r.version
       WHERE r.project = ?1 AND r.first_at < (SELECT first_at FROM releases WHERE project = ?1 AND version = ?2)`,
    )
    .all(project, release);
  const heads = new Set(earlier.map(({ head }) => head));
  const end = commits.findIndex(({ id }) => heads.has(id));
  return end === -1 ? commits : commits.slice(0, end);
}
