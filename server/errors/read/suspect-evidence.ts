/** What speaks about who brought an issue: the release that first had it, or had it back; its commits; the files it is thrown in. */

import type { Commit } from '../../../shared/deployer/commit.ts';
import type { Desk } from '../desk.ts';
import { readEvent } from '../event/read-event.ts';
import { eventsOfIssue, findEvent, readPayload } from '../store/event-store.ts';
import { cameBack } from '../store/issue-state.ts';

export interface SuspectEvidence {
  release: string | null;
  /** It was resolved, and this release had it again. */
  again: boolean;
  /** As uploaders told them; newest first. */
  commits: Commit[];
  /** Of our own frames, the innermost first. */
  files: string[];
}

const mostFiles = 5;

export function suspectEvidence({ index, files }: Desk, issue: number): SuspectEvidence {
  const row = index
    .query<{ project: number; first: string | null }, [number]>(
      'SELECT project, first_release AS first FROM issues WHERE id = ?',
    )
    .get(issue);
  if (row === null) return { release: null, again: false, commits: [], files: [] };
  const { project, first } = row;
  const back = releaseOfReturn(index, issue);
  const release = back ?? first;
  const told = index
    .query<{ commits: string }, [number, string | null]>(
      'SELECT commits FROM release_commits WHERE project = ? AND version = ?',
    )
    .get(project, release);
  const [newest] = eventsOfIssue(files, issue, Number.MAX_SAFE_INTEGER, 1);
  const found = newest === undefined ? null : findEvent(files, newest.event);
  const event = found === null ? null : readEvent(JSON.parse(readPayload(found.file, found.row)), null, 0);
  const own = (event?.thrown.at(-1)?.frames ?? []).filter(({ inApp, file }) => inApp && file !== '');
  const names = own.map(({ file, path }) => (path.length > file.length ? path : file)).reverse();
  return {
    release,
    again: back !== null && back !== first,
    commits: told === null ? [] : newCommits(index, project, release, JSON.parse(told.commits)),
    files: [...new Set(names)].slice(0, mostFiles),
  };
}

/** Of the event the issue last came back with; null where it never did, or named no release. */
function releaseOfReturn(index: Desk['index'], issue: number): string | null {
  const found = index
    .query<{ release: string }, [number, string]>(
      `SELECT r.release FROM issue_releases r
       JOIN (SELECT max(at) AS at FROM issue_notes WHERE issue = ?1 AND what = ?2) n
       WHERE r.issue = ?1 AND r.release <> '' AND r.first_at <= n.at AND r.last_at >= n.at
       ORDER BY r.first_at DESC LIMIT 1`,
    )
    .get(issue, cameBack);
  return found?.release ?? null;
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
