/** Check-ins of scheduled work, by envelope or by address, and what they say of their monitor. */

import { hexId, numberOr, objectOf, textOf } from '../event/text.ts';
import { dueAfter } from './check-in-due.ts';
import type { ItemContext } from './context.ts';

export interface CheckIn {
  readonly id: string;
  readonly slug: string;
  readonly state: 'in_progress' | 'ok' | 'error';
  /** ms. */
  readonly duration: number | null;
  readonly environment: string;
  readonly schedule: string | null;
  readonly failuresToTell: number;
}

const states = ['in_progress', 'ok', 'error'] as const;
const longestSeconds = 1e9;
const latest = '0'.repeat(32);

/** Null where it lacks its monitor or its status. */
export function readCheckIn(value: unknown): CheckIn | null {
  const raw = objectOf(value);
  const slug = textOf(raw.monitor_slug, 100);
  const state = states.find((each) => each === raw.status);
  if (!/^[\w.-]+$/.test(slug) || state === undefined) return null;
  const config = objectOf(raw.monitor_config);
  const duration = numberOr(raw.duration, null);
  return {
    id: hexId(raw.check_in_id) ?? crypto.randomUUID().replaceAll('-', ''),
    slug,
    state,
    duration: duration === null ? null : Math.round(Math.min(Math.max(0, duration), longestSeconds) * 1000),
    environment: textOf(raw.environment, 64),
    schedule: 'schedule' in config ? JSON.stringify(config).slice(0, 2000) : null,
    failuresToTell: Math.max(1, numberOr(config.failure_issue_threshold, 1)),
  };
}

/** Answers the check-in's id. */
export function takeCheckIn(context: ItemContext, given: CheckIn): string {
  const { stores, project, now } = context;
  const db = stores.index;
  const id =
    given.id === latest
      ? (unfinished(context, given.slug) ?? crypto.randomUUID().replaceAll('-', ''))
      : given.id;
  db.query(
    `INSERT INTO check_ins (project, id, slug, state, at, duration, environment) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET state = excluded.state, duration = coalesce(excluded.duration, ? - at)`,
  ).run(
    project.id,
    id,
    given.slug,
    given.state,
    now,
    given.duration,
    given.environment || context.environment,
    now,
  );
  const before = db
    .query<{ failures: number; schedule: string; state: string }, [number, string]>(
      'SELECT failures, schedule, state FROM monitors WHERE project = ? AND slug = ?',
    )
    .get(project.id, given.slug);
  const failed = before?.failures ?? 0;
  const failures = given.state === 'error' ? failed + 1 : given.state === 'ok' ? 0 : failed;
  const schedule = given.schedule ?? before?.schedule ?? '{}';
  const due = dueAfter(schedule, now);
  db.query(
    `INSERT OR REPLACE INTO monitors (project, slug, schedule, state, last_at, due_at, failures)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(project.id, given.slug, schedule, given.state, now, due, failures);
  if (due !== null) stores.happened({ kind: 'check-in-due', project: project.id, at: due });
  if (before?.state === 'missed') {
    stores.happened({
      kind: 'monitor-missed',
      project: project.id,
      slug: given.slug,
      missed: false,
      lastAt: now,
    });
  }
  const told = given.failuresToTell;
  if (failures === told && failed < told) {
    const text = `It failed${told > 1 ? ` ${told} times in a row` : ''}.`;
    stores.happened({ kind: 'monitor', project: project.id, slug: given.slug, failing: true, text });
  } else if (failures === 0 && failed >= told) {
    stores.happened({
      kind: 'monitor',
      project: project.id,
      slug: given.slug,
      failing: false,
      text: 'It is well again.',
    });
  }
  return id;
}

function unfinished({ stores, project }: ItemContext, slug: string): string | null {
  return (
    stores.index
      .query<{ id: string }, [number, string]>(
        "SELECT id FROM check_ins WHERE project = ? AND slug = ? AND state = 'in_progress' ORDER BY at DESC LIMIT 1",
      )
      .get(project.id, slug)?.id ?? null
  );
}
