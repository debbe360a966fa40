/** Uptime as a feature: checks that run when they are due, what they found, and incidents of all features. */

import { join } from 'node:path';
import type { Feature } from '../kernel/feature.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { appCheckChanges } from './app-checks.ts';
import type { Apps } from './apps.ts';
import { attemptCheck } from './attempt.ts';
import { createCheckStore } from './check-store.ts';
import { uptimeChecks } from './doctor.ts';
import { createFacts, type UptimeFacts } from './facts.ts';
import { uptimeHandlers } from './handlers.ts';
import { createHeartbeats } from './heartbeats.ts';
import { createHistory } from './history.ts';
import { createIncidentStore } from './incident-store.ts';
import { createIncidents } from './incidents.ts';
import { createMaintenanceStore } from './maintenance-store.ts';
import { createMonitor } from './monitor.ts';
import type { Outcome } from './outcome.ts';
import { createOutside } from './outside.ts';
import { pushEndpoint } from './push-endpoint.ts';
import { createRunner } from './runner.ts';
import { uptimeMigrations } from './schema.ts';

export type { Apps, Site } from './apps.ts';
export { uptimeMigrations as migrations } from './schema.ts';

export type UptimeKernel = Pick<
  Kernel,
  'clock' | 'log' | 'paths' | 'store' | 'secrets' | 'events' | 'telemetry'
>;

function later(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}

/** The file of rollups in the feature's folder. */
const rollups = 'rollups.db';
/** A new app is looked at within this, ms. */
const soonMs = 10_000;

export interface Uptime {
  readonly feature: Feature;
  /** For whoever tells the public. */
  readonly facts: UptimeFacts;
}

export function createUptime(kernel: UptimeKernel, apps: Apps): Uptime {
  const { clock, store, events, secrets, telemetry } = kernel;
  const log = kernel.log.child('uptime');
  const stored = createCheckStore(store, secrets);
  const maintenance = createMaintenanceStore(store);
  const history = createHistory({ clock, log, telemetry, path: join(kernel.paths.uptime, rollups) });
  const heartbeats = createHeartbeats(clock);
  const book = createIncidentStore(store);
  const incidents = createIncidents({
    ...{ clock, store, events, incidents: book },
    inForce: (app, environment) => ({
      deployment: apps.deployment(app, environment),
      release: apps.find(app, environment)?.release ?? null,
    }),
  });
  const monitor = createMonitor({
    ...{ clock, store, events, apps, stored, maintenance, history },
    hurry: (id) => runner.hurry(id),
    isOpen: (subject) => book.openOne(subject) !== null,
    outside: (id) => outside.of(id),
    later,
  });
  const outside = createOutside({ clock, events, monitor, later });
  const waits: Outcome = { kind: 'unsure', why: 'nothing was heard yet' };
  const runner = createRunner({
    ...{ clock, log },
    async attempt(check, signal) {
      const { target } = check;
      // Nobody says that an app was removed; here it is found out.
      if (check.given && target.kind === 'app' && apps.find(target.app, target.environment) === null) {
        queueMicrotask(followApps);
      }
      return (await attemptCheck(check, signal, { apps, heartbeats })) ?? waits;
    },
    // A heartbeat that is still waited for is no result.
    result: (check, outcome, at) =>
      outcome === waits ? { doubt: false } : monitor.result(check, outcome, at),
    woke() {
      log.info('the server slept, or its clock was set; checks begin anew');
      heartbeats.restart();
      monitor.forgetStreaks();
    },
    later,
  });

  const followApps = () => {
    const { add, remove } = appCheckChanges(monitor.checks(), apps.all());
    for (const settings of add) monitor.add(settings, true);
    for (const id of remove) monitor.remove(id);
    runner.sync(monitor.checks(), add.length > 0 ? soonMs : undefined);
  };
  const ends: (() => void)[] = [];

  return {
    facts: createFacts({ clock, monitor, history, maintenance, incidents: book }),
    feature: {
      name: 'uptime',
      migrations: uptimeMigrations,
      checks: uptimeChecks(monitor, runner),
      contract: async () => (await import('../../shared/uptime/contract.ts')).uptimeContract,
      handlers: uptimeHandlers({
        ...{ monitor, runner, history, incidents, maintenance, outside, apps },
        changed: () => runner.sync(monitor.checks()),
      }),
      endpoints: [
        pushEndpoint(monitor.checks, (check, outcome) => {
          heartbeats.beat(check.id, outcome);
          monitor.result(check, outcome, clock.now());
        }),
      ],
      async start() {
        incidents.start();
        monitor.load();
        await history.start();
        ends.push(
          events.on('deployment.changed', ({ phase }) => {
            if (phase === 'watching' || phase === 'live') followApps();
          }),
          events.on('cron.ended', ({ app, environment, name, state, exit }) => {
            if (state === 'interrupted') return;
            for (const check of monitor.checks()) {
              const { target } = check;
              if (target.kind !== 'cron' || target.name !== name) continue;
              if (target.app !== app || target.environment !== environment) continue;
              const outcome: Outcome =
                state === 'done'
                  ? { kind: 'up', ms: 0, detail: exit }
                  : { kind: 'down', ms: null, why: exit ?? state };
              heartbeats.beat(check.id, outcome);
              monitor.result(check, outcome, clock.now());
            }
          }),
        );
        ends.push(monitor.onChange(({ id }) => events.emit('check.changed', { id })));
        followApps();
      },
      async stop() {
        for (const end of ends) end();
        await runner.stop();
        incidents.stop();
        outside.stop();
        monitor.stop();
        history.stop();
      },
    },
  };
}
