/** What is known of checks and incidents, for whoever tells the public. Reads only. */

import type { Clock } from '../kernel/clock.ts';
import type { History } from './history.ts';
import type { IncidentStore } from './incident-store.ts';
import { byHand } from './incidents.ts';
import { isWithin, nextBegin } from './maintenance.ts';
import type { MaintenanceStore } from './maintenance-store.ts';
import type { Monitor } from './monitor.ts';

export interface UptimeFacts {
  checks(): { id: number; status: 'unknown' | 'up' | 'down' | 'paused' | 'maintenance' }[];
  /** The last 90 days of a check, the oldest first. */
  days(check: number): { at: number; up: number; down: number }[];
  /** Of checks, and those opened by hand (`check` is null); the newest first. */
  incidents(): {
    id: number;
    check: number | null;
    title: string;
    openedAt: number;
    resolvedAt: number | null;
  }[];
  /** What was published of one. */
  updates(incident: number): { at: number; text: string }[];
  /** Windows that are open or begin within a week. */
  maintenance(): { title: string; checks: readonly number[]; from: number; to: number }[];
}

const weekMs = 7 * 86_400_000;
const looksBack = 200;

export function createFacts(parts: {
  clock: Clock;
  monitor: Monitor;
  history: History;
  incidents: IncidentStore;
  maintenance: MaintenanceStore;
}): UptimeFacts {
  const { clock, monitor, history, incidents, maintenance } = parts;
  return {
    checks: () => monitor.views().map(({ id, status }) => ({ id, status })),
    days: (check) => history.beats(check, '90d', false).beats,
    incidents: () =>
      incidents.list(false, looksBack).flatMap(({ id, subject, title, openedAt, resolvedAt }) => {
        const [, check] = /^check:(\d+)$/.exec(subject) ?? [];
        const isPublic = check !== undefined || subject.startsWith(byHand);
        return isPublic
          ? [{ id, check: check === undefined ? null : Number(check), title, openedAt, resolvedAt }]
          : [];
      }),
    updates: (incident) => incidents.timeline(incident).filter(({ published }) => published),
    maintenance: () =>
      maintenance.all().flatMap(({ title, checks, when }) => {
        const now = clock.now();
        if (when.kind === 'once') {
          const { from, to } = when;
          return to > now && from < now + weekMs ? [{ title, checks, from, to }] : [];
        }
        const lasts = when.minutes * 60_000;
        const from = isWithin(when, now) ? nextBegin(when, now - lasts) : nextBegin(when, now);
        return from === null ? [] : [{ title, checks, from, to: from + lasts }];
      }),
  };
}
