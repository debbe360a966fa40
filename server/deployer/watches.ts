/** The watches under way, one an environment: begun after a switch, resumed after a restart, ended from outside. */

import { configDefaults } from '../../shared/deployer/app-config.ts';
import { serviceKey } from '../../shared/proxy/backend.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { AppStore } from './app-store.ts';
import type { ErrorsOf } from './deployer-options.ts';
import type { DeploymentRow } from './deployment-store.ts';
import type { Edge } from './edge.ts';
import { tooManyEvents } from './error-verdict.ts';
import type { Fleet } from './fleet.ts';
import { healthRules } from './health.ts';
import type { ReleaseRow, ReleaseStore } from './release-store.ts';
import { type WatchParts, watch } from './watch.ts';

export interface Watches {
  /** Watches for what is left of the window since the deployment entered `watching`. */
  begin(row: DeploymentRow): void;
  /** Stops without a verdict; the deployment that was watched, or null. */
  end(environmentId: number): DeploymentRow | null;
  stop(): Promise<void>;
}

export interface WatchesParts {
  clock: Clock;
  log: Log;
  apps: AppStore;
  releases: ReleaseStore;
  fleet: Fleet;
  edge: Edge;
  errorsOf: ErrorsOf;
  /** What errors say against a release that stays all the same. */
  warn(id: string, reason: string): void;
  verdict: {
    back(id: string, reason: string, instance: string | null): Promise<void>;
    settle(id: string): Promise<void>;
  };
}

export function createWatches(parts: WatchesParts): Watches {
  const { apps, releases, fleet, edge, clock } = parts;
  const running = new Map<number, { row: DeploymentRow; stop: AbortController; done: Promise<void> }>();

  const run = async (row: DeploymentRow, signal: AbortSignal): Promise<void> => {
    const environment = apps.environmentById(row.environmentId);
    if (row.release === null) return;
    const release = releases.get(row.appId, row.release);
    const rules = healthRules(release.config);
    const key = serviceKey(environment.app, environment.name);
    const began = row.phaseTimes.findLast((each) => each.phase === 'watching')?.at ?? clock.now();
    const members = () => fleet.members(environment.id, release.number);
    const backend = fleet.backend(environment.id, release);
    const { previousRelease: previous } = row;
    const shareBefore = previous === null ? { requests: 0, errors: 0 } : edge.errorShare(key, previous);
    /** Nothing to compare with is no reason to complain. */
    const complaint = async () => {
      if (previous === null) return null;
      const place = { app: environment.app, environment: environment.name };
      const { number } = release;
      const errors = await parts.errorsOf({ ...place, release: number, previous, since: began });
      if (errors === null) return null;
      return tooManyEvents(errors, edge.errorShare(key, number).requests, shareBefore.requests, previous);
    };
    const end = await watch({
      rules,
      left: Math.max(0, Math.min(rules.watch, began + rules.watch - clock.now())),
      targets: () =>
        members().map(({ id, port }) => ({
          id,
          target: port === 0 ? null : { id, host: '127.0.0.1', port },
        })),
      probe: (target, timeoutMs) => edge.probe(key, backend, target, rules.path, timeoutMs),
      onDeath: (listener) =>
        fleet.onDeath((member, exit) => {
          if (member.environmentId !== environment.id || member.release !== release.number) return;
          listener(member.id, exit, clock.now() - member.startedAt);
        }),
      share: () => edge.errorShare(key, release.number),
      shareBefore,
      complaint,
      onComplaint: onComplaint(row, release, parts.warn),
      signal,
    });
    if (end.kind === 'ended') return;
    running.delete(row.environmentId);
    if (end.kind === 'settled') await parts.verdict.settle(row.id);
    else await parts.verdict.back(row.id, end.reason, end.instance);
  };

  return {
    begin(row) {
      const stop = new AbortController();
      const done = run(row, stop.signal).catch((error: unknown) => {
        running.delete(row.environmentId);
        parts.log.error('watching a deployment failed', { deployment: row.id, error });
      });
      running.set(row.environmentId, { row, stop, done });
    },
    end(environmentId) {
      const found = running.get(environmentId);
      running.delete(environmentId);
      found?.stop.abort();
      return found?.row ?? null;
    },
    async stop() {
      const all = [...running.values()];
      running.clear();
      for (const each of all) each.stop.abort();
      await Promise.all(all.map((each) => each.done));
    },
  };
}

function onComplaint(
  row: DeploymentRow,
  release: ReleaseRow,
  warn: WatchesParts['warn'],
): WatchParts['onComplaint'] {
  switch (release.config.health?.errors ?? configDefaults.health.errors) {
    case 'off':
      return { kind: 'off' };
    case 'rollback':
      return { kind: 'rollback' };
    case 'warn':
      // A watch that a restart resumed has nothing new to tell.
      return row.warning == null ? { kind: 'warn', tell: (reason) => warn(row.id, reason) } : { kind: 'off' };
  }
}
