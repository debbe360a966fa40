/** Releases in control.db: immutable once written, but for being pruned. */

import type { AppConfig, PresetName } from '../../shared/deployer/app-config.ts';
import { WindlassError } from '../../shared/errors.ts';
import type { Store } from '../kernel/store.ts';
import type { LaunchPlan, Runtime } from './runtimes/runtime.ts';

export interface ReleaseRow {
  appId: number;
  number: number;
  environmentId: number;
  /** Digest of its folder in the artefact store. */
  artefact: string;
  bytes: number;
  runtime: Runtime['kind'];
  preset: PresetName;
  launch: LaunchPlan;
  config: AppConfig;
  /** The environment's variables as they were, sealed. */
  variables: Uint8Array;
  /** What files of the source gave to containers, sealed. */
  given: Uint8Array | null;
  madeFrom: string;
  createdAt: number;
  prunedAt: number | null;
}

export interface ReleaseStore {
  add(release: Omit<ReleaseRow, 'prunedAt'>): void;
  /** Throws `not-found`, naming the releases that can be used. */
  get(appId: number, number: number): ReleaseRow;
  find(appId: number, number: number): ReleaseRow | null;
  /** Newest first. */
  list(appId: number, environmentId?: number): ReleaseRow[];
  markPruned(appId: number, number: number, now: number): void;
  /** True while any release that is not pruned uses the artefact, or a service beside it does. */
  uses(artefact: string): boolean;
}

type Raw = Omit<ReleaseRow, 'launch' | 'config'> & { launch: string; config: string };

export function createReleaseStore({ db }: Store): ReleaseStore {
  const columns = `app AS appId, number, environment AS environmentId, artefact, bytes, runtime, preset, launch,
    config, variables, given, made_from AS madeFrom, created_at AS createdAt, pruned_at AS prunedAt`;
  const parse = (raw: Raw): ReleaseRow => ({
    ...raw,
    launch: JSON.parse(raw.launch) as LaunchPlan,
    config: JSON.parse(raw.config) as AppConfig,
  });
  const list = (appId: number, environmentId?: number) =>
    db
      .query<Raw, [number, number | null]>(
        `SELECT ${columns} FROM releases WHERE app = ?1 AND (?2 IS NULL OR environment = ?2) ORDER BY number DESC`,
      )
      .all(appId, environmentId ?? null)
      .map(parse);
  const find = (appId: number, number: number) => {
    const raw = db
      .query<Raw, [number, number]>(`SELECT ${columns} FROM releases WHERE app = ? AND number = ?`)
      .get(appId, number);
    return raw ? parse(raw) : null;
  };
  return {
    find,
    list,
    add: (r) =>
      void db
        .query(
          `INSERT INTO releases (app, number, environment, artefact, bytes, runtime, preset, launch, config, variables,
             given, made_from, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          r.appId,
          r.number,
          r.environmentId,
          r.artefact,
          r.bytes,
          r.runtime,
          r.preset,
          JSON.stringify(r.launch),
          JSON.stringify(r.config),
          r.variables,
          r.given,
          r.madeFrom,
          r.createdAt,
        ),
    get(appId, number) {
      const found = find(appId, number);
      if (found && found.prunedAt === null) return found;
      const kept = list(appId)
        .filter((each) => each.prunedAt === null)
        .map((each) => each.number);
      throw new WindlassError(
        'not-found',
        found ? `the files of release ${number} were removed to save space` : `there is no release ${number}`,
        {
          hint:
            kept.length === 0 ? 'No release is kept yet.' : `Releases kept: ${kept.slice(0, 12).join(', ')}.`,
        },
      );
    },
    markPruned: (appId, number, now) =>
      void db.query('UPDATE releases SET pruned_at = ? WHERE app = ? AND number = ?').run(now, appId, number),
    uses: (artefact) =>
      db
        .query(
          // Images of services are named in the plan alone.
          `SELECT 1 FROM releases WHERE pruned_at IS NULL AND (artefact = ?1 OR instr(launch, '"' || ?1 || '"') > 0) LIMIT 1`,
        )
        .get(artefact) !== null,
  };
}
