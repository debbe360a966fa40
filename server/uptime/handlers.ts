/** The methods of checks, incidents and maintenance. */

import { randomBytes } from 'node:crypto';
import { WindlassError } from '../../shared/errors.ts';
import type { Check, CheckSettings } from '../../shared/uptime/check.ts';
import type { Handlers } from '../kernel/feature.ts';
import type { Apps } from './apps.ts';
import type { History } from './history.ts';
import type { Incidents } from './incidents.ts';
import type { MaintenanceStore } from './maintenance-store.ts';
import type { Monitor } from './monitor.ts';
import type { Outside } from './outside.ts';
import type { Runner } from './runner.ts';

export interface HandlerParts {
  monitor: Monitor;
  runner: Runner;
  history: History;
  incidents: Incidents;
  maintenance: MaintenanceStore;
  outside: Outside;
  apps: Pick<Apps, 'find' | 'urls'>;
  /** The checks are others than before. */
  changed(): void;
}

const mostChecks = 10_000;

export function uptimeHandlers(parts: HandlerParts): Handlers {
  const { monitor, runner, history, incidents, maintenance } = parts;
  const examined = (settings: CheckSettings, id: number | null): CheckSettings => {
    if (settings.dependsOn !== null) examineChain(monitor, settings.dependsOn, id);
    if (settings.target.kind === 'app' && (id === null || monitor.find(id)?.given !== true)) {
      throw new WindlassError('invalid', 'an app is given this kind of check by itself', {
        hint: 'Make one of the kind http for another of its pages.',
      });
    }
    if (settings.timeoutSeconds > settings.everySeconds) {
      throw new WindlassError('invalid', 'a check that may take longer than its interval would never end', {
        hint: 'Make the timeout shorter, or the interval longer.',
      });
    }
    if (settings.target.kind !== 'push' || settings.target.token !== undefined) return settings;
    const token = randomBytes(18).toString('base64url');
    return { ...settings, target: { ...settings.target, token } };
  };
  const incident = (found: ReturnType<Incidents['acknowledge']>) => ({ incident: found });

  return {
    'checks.list': () => ({ checks: monitor.views() }),
    'checks.follow': (_params, { emit, signal }) =>
      new Promise((resolve) => {
        const end = monitor.onChange(emit);
        signal.addEventListener('abort', () => {
          end();
          resolve({});
        });
      }),
    'checks.add': (settings) => {
      if (monitor.checks().length >= mostChecks) {
        throw new WindlassError('limit', `there are ${mostChecks} checks already`);
      }
      const check = monitor.add(examined(settings, null), false);
      parts.changed();
      runner.hurry(check.id);
      return { check: monitor.view(check.id) };
    },
    'checks.set': ({ id, ...settings }) => {
      monitor.view(id);
      monitor.set(id, examined(settings, id));
      parts.changed();
      runner.hurry(id);
      return { check: monitor.view(id) };
    },
    'checks.remove': ({ id }) => {
      if (monitor.view(id).given) {
        throw new WindlassError('conflict', 'every app has this check', { hint: 'Pause it instead.' });
      }
      monitor.remove(id);
      parts.changed();
      return {};
    },
    'checks.run': async ({ id }) => {
      const check = monitor.find(monitor.view(id).id);
      if (check === undefined) throw new WindlassError('not-found', `there is no check ${id}`);
      const outcome = await runner.run(check);
      return {
        outcome: outcome.kind,
        ms: 'ms' in outcome ? outcome.ms : null,
        detail: outcome.kind === 'up' ? outcome.detail : outcome.why,
      };
    },
    'checks.beats': async ({ ids, span, times }) => {
      const known = ids.filter((id) => monitor.find(id) !== undefined);
      const of = (id: number) => (span === '1h' ? history.minutes(id) : history.beats(id, span, times));
      return { beats: await Promise.all(known.map(async (id) => ({ id, ...(await of(id)) }))) };
    },
    'checks.results': async ({ id, limit }) => ({
      results: await history.results(monitor.view(id).id, limit),
    }),
    'checks.public': () => ({ checks: monitor.checks().flatMap((check) => publicUrls(check, parts.apps)) }),
    'checks.outside': ({ from, results }) => {
      parts.outside.take(from, results);
      return {};
    },
    'incidents.list': ({ open, limit }) => ({ incidents: incidents.list(open, limit) }),
    'incidents.get': ({ id }) => incidents.get(id),
    'incidents.open': (opened) => incident(incidents.open(opened)),
    'incidents.acknowledge': ({ id, by }) => incident(incidents.acknowledge(id, by)),
    'incidents.note': ({ id, by, text, publish }) => incident(incidents.note(id, by, text, publish)),
    'incidents.resolve': ({ id, by }) => incident(incidents.resolve(id, by)),
    'maintenance.list': () => ({ maintenance: [...maintenance.all()] }),
    'maintenance.set': ({ maintenance: window }) => ({ maintenance: maintenance.set(window) }),
    'maintenance.remove': ({ id }) => {
      maintenance.remove(id);
      return {};
    },
  };
}

function examineChain(monitor: Monitor, parent: number, child: number | null): void {
  let at: number | null = parent;
  for (let depth = 0; at !== null; depth++) {
    if (at === child || depth > 20) {
      throw new WindlassError('invalid', 'a check cannot depend on itself', {
        hint: 'Choose one that does not depend on it in turn.',
      });
    }
    at = monitor.view(at).dependsOn;
  }
}

/** Names that only mean something on the machine itself are nobody else's. */
function publicUrls(
  { id, target, paused, confirmMinutes, allowPrivate }: Check,
  apps: HandlerParts['apps'],
): { id: number; url: string }[] {
  if (paused) return [];
  if (target.kind === 'http') {
    // Where only an authority of one's own is trusted, others cannot tell.
    const isAnybodys = confirmMinutes !== null && !allowPrivate && target.ca === undefined;
    return isAnybodys && isPublic(target.url) ? [{ id, url: target.url }] : [];
  }
  if (target.kind !== 'app') return [];
  if (apps.find(target.app, target.environment)?.state !== 'serving') return [];
  const urls = apps.urls(target.app, target.environment);
  const url = urls.find(isPublic);
  return url === undefined ? [] : [{ id, url }];
}

function isPublic(url: string): boolean {
  return !/\.localhost$|^localhost$|\*/.test(URL.parse(url)?.hostname ?? '*');
}
