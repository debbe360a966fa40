/** Brings the instances of a release up beside whatever serves now, and waits until they may take requests. */

import { serviceKey } from '../../shared/proxy/backend.ts';
import type { Clock } from '../kernel/clock.ts';
import type { EnvironmentRow } from './app-store.ts';
import type { Companions } from './composition/companions.ts';
import type { Edge } from './edge.ts';
import type { Fleet } from './fleet.ts';
import { healthRules, untilHealthy } from './health.ts';
import type { ReleaseRow } from './release-store.ts';

export interface Starter {
  /** Starts as many instances as the environment wants; what an interrupted earlier try left is ended first. */
  start(environment: EnvironmentRow, release: ReleaseRow, signal?: AbortSignal): Promise<void>;
  /** Throws `failed` where an instance dies or does not become healthy in time. */
  untilHealthy(environment: EnvironmentRow, release: ReleaseRow, signal: AbortSignal): Promise<void>;
}

export function createStarter({
  clock,
  fleet,
  companions,
  edge,
}: {
  clock: Clock;
  fleet: Fleet;
  companions: Companions;
  edge: Edge;
}): Starter {
  return {
    async start(environment, release, signal = new AbortController().signal) {
      await fleet.stop(environment.id, release.number, 0);
      await companions.prepare(environment, release, { tasks: false, signal, onLine: () => undefined });
      const wanted = environment.scale ?? release.config.instances ?? 1;
      await fleet.start(environment, release, release.launch.kind === 'static' ? 1 : wanted);
    },
    async untilHealthy(environment, release, signal) {
      const rules = healthRules(release.config);
      const key = serviceKey(environment.app, environment.name);
      const backend = fleet.backend(environment.id, release);
      await untilHealthy({
        clock,
        rules,
        signal,
        targets: fleet.members(environment.id, release.number).map(({ id, port, running }) => ({
          id,
          target: port === 0 ? null : { id, host: '127.0.0.1', port },
          listening: () => running?.listening?.() ?? [],
          exited: running?.exited ?? Promise.resolve({ code: null, signal: null, oomLimit: null }),
        })),
        probe: (target, timeoutMs) => edge.probe(key, backend, target, rules.path, timeoutMs),
      });
    },
  };
}
