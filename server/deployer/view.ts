/** Rows put together into what people and the desktop are shown. Reads only. */

import { configDefaults } from '../../shared/deployer/app-config.ts';
import type { App, Environment, Instance, Release } from '../../shared/deployer/model.ts';
import { serviceKey } from '../../shared/proxy/backend.ts';
import type { AppRow, AppStore, EnvironmentRow } from './app-store.ts';
import type { Companions } from './composition/companions.ts';
import type { DeploymentStore } from './deployment-store.ts';
import type { Edge } from './edge.ts';
import type { Fleet } from './fleet.ts';
import type { Member } from './member.ts';
import type { ReleaseRow, ReleaseStore } from './release-store.ts';

export interface View {
  app(row: AppRow): Promise<App>;
  releases(row: AppRow, environment?: EnvironmentRow): Release[];
}

export function createView(parts: {
  apps: AppStore;
  releases: ReleaseStore;
  deployments: DeploymentStore;
  fleet: Fleet;
  companions: Companions;
  edge: Edge;
}): View {
  const { apps, releases, deployments, fleet, companions, edge } = parts;

  const showEnvironment = async (row: EnvironmentRow): Promise<Environment> => {
    const key = serviceKey(row.app, row.name);
    const release = row.liveRelease === null ? null : releases.find(row.appId, row.liveRelease);
    const members = fleet.members(row.id);
    const beside = companions.members(row.id);
    const serving = members.filter((member) => member.release === row.liveRelease);
    const scale = row.scale ?? release?.config.instances ?? 1;
    const wanted = release?.launch.kind === 'static' ? 1 : scale;
    const [underWay] = deployments.unfinished(row.id).filter((each) => each.phase !== 'watching');
    return {
      name: row.name,
      state: edge.isAsleep(key) ? 'asleep' : stateOf(row, serving, wanted, beside, edge.isPaused(key)),
      liveRelease: row.liveRelease,
      urls: edge.urls(key),
      instances: await Promise.all([...members, ...beside].map(showInstance)),
      scale,
      ...(release === null || release.launch.kind === 'static' ? {} : { live: rulesOf(release) }),
      deployment: underWay ? { id: underWay.id, phase: underWay.phase } : null,
    };
  };

  return {
    app: async (row) => ({
      name: row.name,
      createdAt: row.createdAt,
      environments: await Promise.all(apps.environments(row.id).map(showEnvironment)),
    }),
    releases: (row, environment) => {
      const live = new Map(apps.environments(row.id).map((each) => [each.id, each]));
      return releases.list(row.id, environment?.id).map((release) => {
        const owner = live.get(release.environmentId);
        return {
          app: row.name,
          environment: owner?.name ?? '',
          number: release.number,
          runtime: release.runtime,
          preset: release.preset,
          from: release.madeFrom,
          createdAt: release.createdAt,
          bytes: release.bytes,
          state: releaseState(release, owner ?? null, fleet),
        };
      });
    },
  };
}

function rulesOf({ config }: ReleaseRow): NonNullable<Environment['live']> {
  const { path, timeout, watch } = configDefaults.health;
  const { health } = config;
  return {
    health: {
      path: health?.path ?? path,
      timeout: health?.timeout ?? timeout,
      watch: health?.watch ?? watch,
    },
    limits: { memory: config.limits?.memory ?? null, cpu: config.limits?.cpu ?? null },
  };
}

function stateOf(
  row: EnvironmentRow,
  serving: readonly Member[],
  wanted: number,
  beside: readonly Member[],
  paused: boolean,
): Environment['state'] {
  if (row.wanted === 'stopped') return 'stopped';
  if (row.liveRelease === null) return 'empty';
  if (paused) return 'paused';
  const ill = beside.some(({ state, restart }) => state !== 'running' && restart === 'always');
  const short = serving.filter((member) => member.state === 'running').length < wanted;
  return short || ill ? 'degraded' : 'running';
}

/** Where its requests go. */
function addressOf({ port, shortcut }: Member): string | null {
  if (shortcut?.open) return `${shortcut.host}:${shortcut.port}`;
  return port === 0 ? null : `127.0.0.1:${port}`;
}

async function showInstance(member: Member): Promise<Instance> {
  return {
    id: member.id,
    ...(member.service === null ? {} : { service: member.service }),
    release: member.release,
    runtime: member.runtime,
    state: member.state,
    address: addressOf(member),
    restarts: member.restarts,
    memory: (await member.running?.memory()) ?? null,
    startedAt: member.startedAt,
    lastExit: member.lastExit,
  };
}

function releaseState(release: ReleaseRow, owner: EnvironmentRow | null, fleet: Fleet): Release['state'] {
  if (release.prunedAt !== null) return 'pruned';
  if (owner?.liveRelease === release.number) return 'live';
  return fleet.isWarm(release.environmentId, release.number) ? 'warm' : 'cold';
}
