/** Which commits deployments were made of, for as many deployments of an app as somebody may ask of. */

import { type Commit, history } from '../../shared/deployer/commit.ts';
import type { Store } from '../kernel/store.ts';

export interface CommitStore {
  put(deployment: string, commits: readonly Commit[]): void;
  /** Of the deployment that made the release, or of the one whose files it is made of. Newest first; empty where unknown. */
  of(app: string, release: number): Commit[];
  /** What the release has and the last one before it in its environment had not; all of them where that is unknown. */
  newIn(app: string, release: number): Commit[];
}

/** Deployments of an app; of older ones the commits are forgotten. */
const kept = 50;
const mostSteps = 20;

export function createCommitStore({ db }: Store): CommitStore {
  const made = (app: string, release: number) =>
    db
      .query<{ id: string; environment: number; source: string; commits: string | null }, [string, number]>(
        `SELECT d.id, d.environment, d.source, c.commits FROM deployments d JOIN apps a ON a.id = d.app
         LEFT JOIN deployment_commits c ON c.deployment = d.id
         WHERE a.name = ? AND d.release = ? AND d.kind <> 'rollback' ORDER BY d.created_at LIMIT 1`,
      )
      .get(app, release);
  const of = (app: string, release: number, steps = mostSteps): Commit[] => {
    const found = made(app, release);
    if (found === null) return [];
    if (found.commits !== null) return history.parse(JSON.parse(found.commits));
    const source: { kind: string; release?: number } = JSON.parse(found.source);
    return source.release === undefined || steps === 0 ? [] : of(app, source.release, steps - 1);
  };
  const before = (app: string, release: number): Commit | undefined => {
    const earlier = db
      .query<{ release: number }, [string, number, number]>(
        `SELECT DISTINCT d.release FROM deployments d JOIN apps a ON a.id = d.app
         WHERE a.name = ? AND d.environment = ? AND d.release < ?
           AND EXISTS (SELECT 1 FROM json_each(d.phase_times) WHERE value ->> 'phase' = 'watching')
         ORDER BY d.release DESC LIMIT ${mostSteps}`,
      )
      .all(app, made(app, release)?.environment ?? -1, release);
    for (const each of earlier) {
      const [head] = of(app, each.release);
      if (head !== undefined) return head;
    }
    return undefined;
  };
  return {
    put(deployment, commits) {
      if (commits.length === 0) return;
      db.query('INSERT OR REPLACE INTO deployment_commits (deployment, commits) VALUES (?, ?)').run(
        deployment,
        JSON.stringify(commits),
      );
      db.query(
        `DELETE FROM deployment_commits WHERE deployment IN (
           SELECT c.deployment FROM deployment_commits c JOIN deployments d ON d.id = c.deployment
           WHERE d.app = (SELECT app FROM deployments WHERE id = ?)
           ORDER BY d.created_at DESC, d.rowid DESC LIMIT -1 OFFSET ${kept})`,
      ).run(deployment);
    },
    of: (app, release) => of(app, release),
    newIn(app, release) {
      const commits = of(app, release);
      const last = before(app, release);
      const end = last === undefined ? -1 : commits.findIndex(({ id }) => id === last.id);
      return end === -1 ? commits : commits.slice(0, end);
    },
  };
}
