/** Incidents and their timelines in control.db. */

import { WindlassError } from '../../shared/errors.ts';
import type { Incident, IncidentEvent } from '../../shared/uptime/contract.ts';
import type { Store } from '../kernel/store.ts';

export interface IncidentStore {
  /** Null where one with this subject is open already. */
  open(incident: Omit<Incident, 'id' | 'state' | 'resolvedAt' | 'acknowledgedBy'>): Incident | null;
  openOne(subject: string): Incident | null;
  /** Throws `not-found`. */
  get(id: number): Incident;
  list(open: boolean, limit: number): Incident[];
  acknowledge(id: number, by: string): void;
  resolve(id: number, at: number): void;
  note(id: number, event: IncidentEvent): void;
  timeline(id: number): IncidentEvent[];
  prune(keep: number): void;
}

const columns = `id, subject, kind, state, severity, title, text, app, environment, release, deployment,
  opened_at AS openedAt, resolved_at AS resolvedAt, acknowledged_by AS acknowledgedBy`;

export function createIncidentStore({ db }: Store): IncidentStore {
  const find = db.query<Incident, [number]>(`SELECT ${columns} FROM uptime_incidents WHERE id = ?`);
  const findOpen = db.query<Incident, [string]>(
    `SELECT ${columns} FROM uptime_incidents WHERE subject = ? AND resolved_at IS NULL`,
  );
  const list = (where: string) =>
    db.query<Incident, [number]>(
      `SELECT ${columns} FROM uptime_incidents ${where} ORDER BY resolved_at IS NOT NULL, id DESC LIMIT ?`,
    );
  const every = list('');
  const onlyOpen = list('WHERE resolved_at IS NULL');
  return {
    open({ subject, kind, severity, title, text, app, environment, release, deployment, openedAt }) {
      const row = db
        .query<{ id: number }, (string | number | null)[]>(
          `INSERT INTO uptime_incidents (subject, kind, state, severity, title, text, app, environment, release, deployment, opened_at)
           VALUES (?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
        )
        .get(subject, kind, severity, title, text, app, environment, release, deployment, openedAt);
      return row === null ? null : find.get(row.id);
    },
    openOne: (subject) => findOpen.get(subject),
    get(id) {
      const found = find.get(id);
      if (found !== null) return found;
      throw new WindlassError('not-found', `there is no incident ${id}`, {
        hint: 'See `windlass incidents`.',
      });
    },
    list: (open, limit) => (open ? onlyOpen : every).all(limit),
    acknowledge(id, by) {
      db.query(
        "UPDATE uptime_incidents SET state = 'acknowledged', acknowledged_by = ? WHERE id = ? AND state = 'open'",
      ).run(by, id);
    },
    resolve(id, at) {
      db.query("UPDATE uptime_incidents SET state = 'resolved', resolved_at = ? WHERE id = ?").run(at, id);
    },
    note(id, { at, kind, by, text, published }) {
      db.query(
        'INSERT INTO uptime_incident_events (incident, at, kind, by, text, published) VALUES (?, ?, ?, ?, ?, ?)',
      ).run(id, at, kind, by, text, published ? 1 : 0);
    },
    timeline: (id) =>
      db
        .query<Omit<IncidentEvent, 'published'> & { published: number }, [number]>(
          'SELECT at, kind, by, text, published FROM uptime_incident_events WHERE incident = ? ORDER BY id LIMIT 1000',
        )
        .all(id)
        .map((event) => ({ ...event, published: event.published === 1 })),
    prune(keep) {
      db.query(
        'DELETE FROM uptime_incidents WHERE resolved_at IS NOT NULL AND id <= (SELECT max(id) FROM uptime_incidents) - ?',
      ).run(keep);
    },
  };
}
