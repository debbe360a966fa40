/** How a release fares in errors against the one before it. */

import type { ReleaseErrors } from '../../../shared/errors/evidence.ts';
import type { Desk } from '../desk.ts';

export interface ReleaseErrorsQuery {
  readonly project: number;
  readonly app: string;
  readonly environment: string;
  readonly release: number;
  readonly previous: number;
  /** When it went live, ms. */
  readonly since: number;
}

const issuesTold = 3;

/**
 * Events are the release's own where they carry its name. Apps that name their releases themselves are known by issues
 * that began in the same environment since: the release before cannot have had those.
 */
export function releaseErrors({ index }: Pick<Desk, 'index'>, asked: ReleaseErrorsQuery): ReleaseErrors {
  const { project, app, environment, since } = asked;
  const [release, before] = [`${app}@${asked.release}`, `${app}@${asked.previous}`];
  const rows = index
    .query<
      { id: number; title: string; value: string; events: number; fresh: number },
      [number, string, string, number, string, string]
    >(
      `SELECT i.id, i.title, i.value, sum(r.events) AS events, max(i.first_release IS ?2 OR
         (i.first_at >= ?4 AND i.first_release IS NOT ?3)) AS fresh
       FROM issues i JOIN issue_releases r ON r.issue = i.id
       WHERE i.project = ?1 AND i.level IN ('error', 'fatal') AND (r.release = ?2 OR
         (i.first_at >= ?4 AND r.environment = ?5 AND r.release NOT GLOB ?6))
       GROUP BY i.id ORDER BY events DESC, i.id`,
    )
    .all(project, release, before, since, environment, `${globText(app)}@[0-9]*`);
  const sum = (some: readonly { events: number }[]) => some.reduce((total, { events }) => total + events, 0);
  return {
    events: sum(rows),
    freshEvents: sum(rows.filter(({ fresh }) => fresh === 1)),
    eventsBefore:
      index
        .query<{ events: number }, [number, string]>(
          `SELECT coalesce(sum(r.events), 0) AS events FROM issues i JOIN issue_releases r ON r.issue = i.id
           WHERE i.project = ? AND i.level IN ('error', 'fatal') AND r.release = ?`,
        )
        .get(project, before)?.events ?? 0,
    issues: rows.slice(0, issuesTold).map(({ id, title, value, events, fresh }) => ({
      id,
      title: (value === '' ? title : `${title}: ${value}`).slice(0, 200),
      events,
      fresh: fresh === 1,
    })),
  };
}

/** Names of apps have none of the characters GLOB knows; this keeps it so for whatever they become. */
function globText(text: string): string {
  return text.replace(/[*?[]/g, '[$&]');
}
