/** Lets environments sleep that nobody asks for, and wakes them at the first request, which waits and is answered. */

import { isFinal, isServing } from '../../../shared/deployer/deployment.ts';
import { toPublicError } from '../../../shared/errors.ts';
import { type ServiceKey, serviceKey } from '../../../shared/proxy/backend.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { AppStore, EnvironmentRow } from '../app-store.ts';
import type { DeploymentStore } from '../deployment-store.ts';
import type { Edge } from '../edge.ts';
import type { Fleet } from '../fleet.ts';
import type { ReleaseRow, ReleaseStore } from '../release-store.ts';
import type { Starter } from '../starter.ts';
import type { RunOutput } from '../supervisor.ts';
import { stopGraceMs } from '../switcher.ts';
import { createTurns } from '../turns.ts';
import { isIdle, look, type Seen } from './idleness.ts';

export interface Sleeper {
  start(): void;
  stop(): Promise<void>;
}

export interface SleeperParts {
  apps: AppStore;
  releases: ReleaseStore;
  deployments: DeploymentStore;
  fleet: Fleet;
  starter: Starter;
  edge: Edge;
  note: RunOutput['note'];
  /** Whether a command of the environment runs now: it may use what the instances have open. */
  isWorking(environment: EnvironmentRow): boolean;
}

type Sleepy = ReleaseRow & { sleepAfter: number };

const shortestLookMs = 200;
const longestLookMs = 15_000;

export function createSleeper(kernel: Kernel, parts: SleeperParts): Sleeper {
  const { clock, store } = kernel;
  const log = kernel.log.child('sleep');
  const { apps, releases, deployments, fleet, starter, edge } = parts;
  const turns = createTurns<number>();
  const seen = new Map<number, Seen>();
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let unsubscribe: (() => void) | null = null;

  const keyOf = (environment: EnvironmentRow) => serviceKey(environment.app, environment.name);
  const sleepyRelease = (environment: EnvironmentRow): Sleepy | null => {
    if (environment.liveRelease === null || environment.wanted !== 'running') return null;
    const release = releases.find(environment.appId, environment.liveRelease);
    const sleepAfter = release?.config.sleep?.after;
    if (!release || sleepAfter === undefined || release.launch.kind === 'static') return null;
    return { ...release, sleepAfter };
  };
  const track = (work: Promise<void>) => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  const noteIn = (environment: EnvironmentRow, release: number, text: string) =>
    parts.note({ app: environment.app, environment: environment.name, release }, text);

  const fallAsleep = (environment: EnvironmentRow, release: Sleepy) => {
    // From here on requests are held; whoever wakes it waits for this turn to end.
    if (!edge.sleep(keyOf(environment))) return;
    seen.delete(environment.id);
    noteIn(environment, release.number, `asleep after ${release.sleepAfter} s without a request`);
    track(
      turns.take(environment.id, async () => {
        if (!edge.isAsleep(keyOf(environment))) return;
        // Another process of the proxy may have let one in at the last moment.
        await edge.drain(keyOf(environment), release.number, stopGraceMs);
        await fleet.stop(environment.id, release.number, stopGraceMs);
      }),
    );
  };

  const consider = (environment: EnvironmentRow, release: Sleepy) => {
    const at = clock.monotonic();
    const busy = parts.isWorking(environment) || deployments.unfinished(environment.id).length > 0;
    const activity = edge.activity(keyOf(environment));
    const inFlight = activity.inFlight + (busy ? 1 : 0);
    const now = look(seen.get(environment.id) ?? null, {
      ...activity,
      inFlight,
      release: release.number,
      at,
    });
    seen.set(environment.id, now);
    if (!busy && isIdle(now, release.sleepAfter, at)) fallAsleep(environment, release);
  };

  const lookAround = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    let shortest = Number.POSITIVE_INFINITY;
    const awake = new Set<number>();
    for (const environment of apps.environments()) {
      const release = sleepyRelease(environment);
      if (release === null || edge.isAsleep(keyOf(environment))) continue;
      awake.add(environment.id);
      shortest = Math.min(shortest, release.sleepAfter);
      consider(environment, release);
    }
    for (const id of seen.keys()) if (!awake.has(id)) seen.delete(id);
    // Where nothing may sleep nothing is looked at until the next deployment or waking.
    if (shortest === Number.POSITIVE_INFINITY || stopping.signal.aborted) return;
    timer = setTimeout(safely, Math.min(longestLookMs, Math.max(shortestLookMs, shortest * 100)));
  };
  const safely = () => {
    try {
      lookAround();
    } catch (error) {
      log.error('it could not be seen who may sleep', { error });
      timer = setTimeout(safely, longestLookMs);
    }
  };

  const environmentOf = (key: ServiceKey) =>
    apps.environments().find((environment) => keyOf(environment) === key) ?? null;

  const wake = async (key: ServiceKey, environment: EnvironmentRow, release: ReleaseRow) => {
    const began = clock.monotonic();
    await starter.start(environment, release, stopping.signal);
    await starter.untilHealthy(environment, release, stopping.signal);
    // A deployment may have come first: then its release serves, and this one is nobody's.
    if (!edge.isAsleep(key) || apps.environmentById(environment.id).liveRelease !== release.number) {
      await fleet.stop(environment.id, release.number, stopGraceMs);
      return;
    }
    const swap = store.transaction(() => edge.stageBackend(key, fleet.backend(environment.id, release)));
    fleet.supervise(environment.id, release.number);
    swap();
    noteIn(environment, release.number, `awake after ${Math.round(clock.monotonic() - began)} ms`);
    safely();
  };

  const onWake = (key: ServiceKey) => {
    const found = environmentOf(key);
    if (found === null) return;
    track(
      turns
        .take(found.id, async () => {
          const environment = apps.environmentById(found.id);
          if (!edge.isAsleep(key) || environment.liveRelease === null) return;
          const release = releases.get(environment.appId, environment.liveRelease);
          try {
            await wake(key, environment, release);
          } catch (error) {
            await fleet.stop(environment.id, release.number, 0);
            noteIn(environment, release.number, `could not be woken: ${toPublicError(error).message}`);
            throw error;
          }
        })
        .catch((error: unknown) => {
          if (!stopping.signal.aborted) log.error('an app could not be woken', { service: key, error });
          edge.wakeFailed(key);
        }),
    );
  };

  return {
    start() {
      edge.onWake(onWake);
      unsubscribe = kernel.events.on('deployment.changed', ({ phase }) => {
        if (isServing(phase) || isFinal(phase)) safely();
      });
      safely();
    },
    async stop() {
      stopping.abort();
      unsubscribe?.();
      if (timer !== null) clearTimeout(timer);
      await Promise.allSettled(underWay);
    },
  };
}
