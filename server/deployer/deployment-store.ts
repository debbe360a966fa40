/** Deployments in control.db: every change of phase is written before anybody is told. */

import { isFinal } from '../../shared/deployer/deployment.ts';
import type { Deployment, Failure, Phase, Source } from '../../shared/deployer/model.ts';
import { WindlassError } from '../../shared/errors.ts';
import type { Store } from '../kernel/store.ts';

/** A deployment without what is worked out for show. */
export type DeploymentRow = Omit<Deployment, 'url' | 'ahead'> & { appId: number; environmentId: number };

export interface DeploymentStore {
  add(row: Pick<DeploymentRow, 'id' | 'appId' | 'environmentId' | 'kind' | 'source' | 'createdAt'>): void;
  /** Throws `not-found`. */
  get(id: string): DeploymentRow;
  /** Newest first. */
  list(appId: number, environmentId: number | null, limit: number): DeploymentRow[];
  unfinished(environmentId?: number): DeploymentRow[];
  /** Writes the phase and when it began; a final one also ends the deployment. */
  enter(id: string, phase: Phase, at: number, failure?: Failure): void;
  setRelease(id: string, release: number): void;
  setPrevious(id: string, release: number | null): void;
  setWarning(id: string, warning: string): void;
  /** The newest release older than `release` that was live in the environment; null where there is none. */
  lastLiveBefore(environmentId: number, release: number | null): number | null;
}

type Raw = Omit<DeploymentRow, 'source' | 'failure' | 'phaseTimes'> & {
  source: string;
  failure: string | null;
  phaseTimes: string;
};

export function createDeploymentStore({ db }: Store): DeploymentStore {
  const columns = `d.id, d.app AS appId, d.environment AS environmentId, a.name AS app, e.name AS environment, d.kind,
    d.source, d.phase, d.release, d.previous_release AS previousRelease, d.failure, d.warning, d.phase_times AS phaseTimes,
    d.created_at AS createdAt, d.finished_at AS finishedAt
    FROM deployments d JOIN apps a ON a.id = d.app JOIN environments e ON e.id = d.environment`;
  const parse = (raw: Raw): DeploymentRow => ({
    ...raw,
    source: JSON.parse(raw.source) as Source,
    failure: raw.failure === null ? null : (JSON.parse(raw.failure) as Failure),
    phaseTimes: JSON.parse(raw.phaseTimes) as DeploymentRow['phaseTimes'],
  });
  const get = (id: string) => {
    const raw = db.query<Raw, [string]>(`SELECT ${columns} WHERE d.id = ?`).get(id);
    if (!raw) {
      throw new WindlassError('not-found', `there is no deployment ${id}`, {
        hint: '`windlass deployments APP` lists them.',
      });
    }
    return parse(raw);
  };
  return {
    get,
    add: (row) =>
      void db
        .query(
          `INSERT INTO deployments (id, app, environment, kind, source, phase, phase_times, created_at)
           VALUES (?, ?, ?, ?, ?, 'queued', ?, ?)`,
        )
        .run(
          row.id,
          row.appId,
          row.environmentId,
          row.kind,
          JSON.stringify(row.source),
          JSON.stringify([{ phase: 'queued', at: row.createdAt }]),
          row.createdAt,
        ),
    list: (appId, environmentId, limit) =>
      db
        .query<Raw, [number, number | null, number]>(
          `SELECT ${columns} WHERE d.app = ?1 AND (?2 IS NULL OR d.environment = ?2)
           ORDER BY d.created_at DESC, d.rowid DESC LIMIT ?3`,
        )
        .all(appId, environmentId, limit)
        .map(parse),
    unfinished: (environmentId) =>
      db
        .query<Raw, [number | null]>(
          `SELECT ${columns} WHERE d.finished_at IS NULL AND (?1 IS NULL OR d.environment = ?1)
           ORDER BY d.created_at, d.rowid`,
        )
        .all(environmentId ?? null)
        .map(parse),
    enter(id, phase, at, failure) {
      const phaseTimes = [...get(id).phaseTimes, { phase, at }];
      db.query(
        'UPDATE deployments SET phase = ?, phase_times = ?, finished_at = ?, failure = coalesce(?, failure) WHERE id = ?',
      ).run(
        phase,
        JSON.stringify(phaseTimes),
        isFinal(phase) ? at : null,
        failure === undefined ? null : JSON.stringify(failure),
        id,
      );
    },
    setRelease: (id, release) =>
      void db.query('UPDATE deployments SET release = ? WHERE id = ?').run(release, id),
    setPrevious: (id, release) =>
      void db.query('UPDATE deployments SET previous_release = ? WHERE id = ?').run(release, id),
    setWarning: (id, warning) =>
      void db.query('UPDATE deployments SET warning = ? WHERE id = ?').run(warning, id),
    lastLiveBefore(environmentId, release) {
      const row = db
        .query<{ release: number }, [number, number | null]>(
          `SELECT release FROM deployments
           WHERE environment = ?1 AND phase IN ('live', 'watching') AND release IS NOT NULL
             AND (?2 IS NULL OR release < ?2)
           ORDER BY release DESC LIMIT 1`,
        )
        .get(environmentId, release);
      return row?.release ?? null;
    },
  };
}
