/** The segments of a site in control.db. */

import * as z from 'zod/mini';
import { type Segment, segment } from '../../shared/analytics/segment.ts';
import { WindlassError } from '../../shared/errors.ts';
import type { Store } from '../kernel/store.ts';

interface SiteName {
  readonly app: string;
  readonly environment: string;
}

const mostSegments = 50;
const keptFilters = segment.shape.filters;

/** By name. One whose filters this version does not know is left out. */
export function segmentsOf({ db }: Store, { app, environment }: SiteName): Segment[] {
  const rows = db
    .query<{ name: string; filters: string }, [string, string]>(
      'SELECT name, filters FROM analytics_segments WHERE app = ? AND environment = ? ORDER BY name',
    )
    .all(app, environment);
  return rows.flatMap(({ name, filters }) => {
    const parsed = z.safeParse(keptFilters, JSON.parse(filters));
    return parsed.success ? [{ name, filters: parsed.data }] : [];
  });
}

/** In place of one of that name. Throws `limit` beyond fifty. */
export function saveSegment(store: Store, site: SiteName, { name, filters }: Segment): void {
  const known = segmentsOf(store, site);
  if (known.length >= mostSegments && !known.some((each) => each.name === name)) {
    throw new WindlassError('limit', `this site has ${mostSegments} segments already`, {
      hint: 'Remove one that is not needed.',
    });
  }
  store.db
    .query(
      `INSERT INTO analytics_segments (app, environment, name, filters) VALUES (?, ?, ?, ?)
       ON CONFLICT (app, environment, name) DO UPDATE SET filters = excluded.filters`,
    )
    .run(site.app, site.environment, name, JSON.stringify(filters));
}

/** Throws `not-found` where there is none of that name. */
export function removeSegment({ db }: Store, { app, environment }: SiteName, name: string): void {
  const { changes } = db
    .query('DELETE FROM analytics_segments WHERE app = ? AND environment = ? AND name = ?')
    .run(app, environment, name);
  if (changes > 0) return;
  throw new WindlassError('not-found', `there is no segment "${name}"`, {
    hint: 'See those there are with `windlass analytics APP segments`.',
  });
}
