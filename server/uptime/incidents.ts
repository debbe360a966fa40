/** The book of incidents: whatever any feature opens and resolves as a notice has one, with its timeline. */

import { WindlassError } from '../../shared/errors.ts';
import type { Incident, IncidentEvent } from '../../shared/uptime/contract.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Events } from '../kernel/events.ts';
import type { Notice } from '../kernel/notice.ts';
import type { Store } from '../kernel/store.ts';
import { type Happening, turn } from './incident.ts';
import type { IncidentStore } from './incident-store.ts';

export interface Incidents {
  start(): void;
  get(id: number): { incident: Incident; timeline: IncidentEvent[] };
  list(open: boolean, limit: number): Incident[];
  /** By hand: something no check sees. Shown on every status page. */
  open(incident: { title: string; text: string; severity: Incident['severity']; by: string }): Incident;
  acknowledge(id: number, by: string): Incident;
  note(id: number, by: string, text: string, published: boolean): Incident;
  resolve(id: number, by: string): Incident;
  stop(): void;
}

export interface IncidentsParts {
  clock: Clock;
  store: Store;
  events: Events;
  incidents: IncidentStore;
  /** The deployment in force, and its release. */
  inForce(app: string, environment: string): { deployment: string | null; release: number | null };
}

const kept = 2000;
/** Before the subjects of what people opened. */
export const byHand = 'incident:';

export function createIncidents({ clock, store, events, incidents, inForce }: IncidentsParts): Incidents {
  const ends: (() => void)[] = [];
  const happen = (incident: Incident, happening: Happening, at: number): void => {
    const turned = turn(incident.state, happening);
    if (turned.kind === 'refused') {
      throw new WindlassError('conflict', `incident ${incident.id}: ${turned.why}`);
    }
    store.transaction(() => {
      if (turned.state === 'acknowledged') incidents.acknowledge(incident.id, turned.line.by ?? '');
      if (turned.state === 'resolved') incidents.resolve(incident.id, at);
      incidents.note(incident.id, { at, published: false, ...turned.line });
    });
    if (turned.tell === 'acknowledged') events.emit('notice.acknowledged', { subject: incident.subject });
    if (turned.tell === 'resolved') events.emit('notice', overNotice(incident, turned.line.text, at));
    if (turned.state === 'resolved') {
      events.emit('incident.changed', { id: incident.id, what: 'resolved', published: '' });
    }
  };
  const take = (notice: Notice) => {
    if (notice.state === 'news') return;
    const open = incidents.openOne(notice.subject);
    if (notice.state === 'resolved') {
      if (open !== null) happen(open, { kind: 'over', text: notice.text || notice.title }, notice.at);
      return;
    }
    const { app, environment } = notice;
    const force =
      app === null || environment === null ? { deployment: null, release: null } : inForce(app, environment);
    store.transaction(() => {
      const { kind, subject, severity, title, text, at } = notice;
      const opened = incidents.open({
        ...{ kind, subject, severity, title, text, app, environment, openedAt: at },
        release: notice.release ?? force.release,
        deployment: force.deployment,
      });
      if (opened === null) return;
      incidents.note(opened.id, { at, kind: 'opened', by: null, text: text || title, published: false });
      if (opened.id % 100 === 0) incidents.prune(kept);
      events.emit('incident.changed', { id: opened.id, what: 'opened', published: '' });
    });
  };
  const changed = (id: number, happening: Happening): Incident => {
    happen(incidents.get(id), happening, clock.now());
    return incidents.get(id);
  };
  return {
    start() {
      ends.push(
        events.on('notice', take),
        events.on('app.removed', ({ app }) => {
          // Nothing will ever be well again in an app that is gone.
          for (const incident of incidents.list(true, 500)) {
            if (incident.app !== app) continue;
            events.emit('notice', overNotice(incident, `${app} was removed`, clock.now()));
          }
        }),
        events.on('deployment.changed', ({ app, environment, phase, release, id }) => {
          if (phase !== 'live' && phase !== 'rolled-back') return;
          // What was deployed meanwhile belongs to the story.
          for (const incident of incidents.list(true, 500)) {
            if (incident.app !== app || incident.environment !== environment) continue;
            const text = `deployment ${id} is ${phase}${release === null ? '' : `, release ${release}`}`;
            incidents.note(incident.id, {
              at: clock.now(),
              kind: 'deployment',
              by: null,
              text,
              published: false,
            });
          }
        }),
      );
    },
    get: (id) => ({ incident: incidents.get(id), timeline: incidents.timeline(id) }),
    list: (open, limit) => incidents.list(open, limit),
    open({ title, text, severity, by }) {
      const subject = `${byHand}${crypto.randomUUID()}`;
      const at = clock.now();
      const nowhere = { app: null, environment: null, release: null };
      const notice: Notice = {
        kind: 'incident.reported',
        subject,
        state: 'opened',
        severity,
        ...nowhere,
        title,
        text,
        at,
      };
      events.emit('notice', notice);
      const opened = incidents.openOne(subject);
      if (opened === null) throw new WindlassError('failed', 'the incident was not stored');
      incidents.note(opened.id, { at, kind: 'note', by, text: text || title, published: true });
      return opened;
    },
    acknowledge: (id, by) => changed(id, { kind: 'acknowledged', by }),
    note(id, by, text, published) {
      const incident = incidents.get(id);
      incidents.note(id, { at: clock.now(), kind: 'note', by, text, published });
      if (published) events.emit('incident.changed', { id, what: 'update', published: text });
      return incident;
    },
    resolve: (id, by) => changed(id, { kind: 'resolved-by-hand', by }),
    stop() {
      for (const end of ends) end();
    },
  };
}

function overNotice(incident: Incident, text: string, at: number): Notice {
  const { kind, subject, app, environment, release, title } = incident;
  return { kind, subject, app, environment, release, title, text, at, state: 'resolved', severity: 'info' };
}
