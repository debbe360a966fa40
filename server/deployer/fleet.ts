/** The instances that serve: so many of a release, started together, supervised together, found again after a restart. */

import type { Backend } from '../../shared/proxy/backend.ts';
import type { Clock } from '../kernel/clock.ts';
import type { EnvironmentRow } from './app-store.ts';
import type { InstanceRow } from './instance-store.ts';
import { type Member, newInstanceId } from './member.ts';
import type { Ports } from './ports.ts';
import type { ReleaseRow } from './release-store.ts';
import type { Exit, InstanceSpec } from './runtimes/runtime.ts';
import type { Supervisor } from './supervisor.ts';

export interface Fleet {
  /** Starts `count` instances; resolves when the processes exist. Where one cannot start, none of them is left. */
  start(environment: EnvironmentRow, release: ReleaseRow, count: number): Promise<Member[]>;
  /** From now on instances of the release that die are started again. */
  supervise(environmentId: number, release: number): void;
  members(environmentId: number, release?: number): Member[];
  /** Whether the release can take requests now without starting anything. */
  isWarm(environmentId: number, release: number): boolean;
  backend(environmentId: number, release: ReleaseRow): Backend;
  /** Ends all instances of the environment, or those of one release, and forgets them. */
  stop(environmentId: number, release: number | null, graceMs: number): Promise<void>;
  /** Called with every death nobody asked for. Returns the end of the subscription. */
  onDeath(listener: (member: Member, exit: Exit) => void): () => void;
  /** Takes in an instance of an earlier server process; from now on it is supervised. */
  resume(environment: EnvironmentRow, release: ReleaseRow, row: InstanceRow): Promise<void>;
}

export interface FleetParts {
  clock: Clock;
  ports: Ports;
  supervisor: Supervisor;
  /** Everything an instance is told about itself and its release. */
  specOf(environment: EnvironmentRow, release: ReleaseRow, id: string, port: number): InstanceSpec;
  folderOf(release: ReleaseRow): string;
}

export function createFleet(parts: FleetParts): Fleet {
  const { clock, ports, supervisor } = parts;
  const of = (environmentId: number, release?: number) =>
    supervisor
      .all()
      .filter(
        (each) =>
          each.service === null &&
          each.environmentId === environmentId &&
          (release === undefined || each.release === release),
      );

  return {
    async start(environment, release, count) {
      const started: Member[] = [];
      try {
        for (let ordinal = 1; ordinal <= count; ordinal++) {
          const id = newInstanceId(`r${release.number}-${ordinal}`, supervisor.has);
          const port = release.launch.kind === 'static' ? 0 : ports.take();
          const member: Member = {
            id,
            environment,
            environmentId: environment.id,
            release: release.number,
            service: null,
            fingerprint: null,
            port,
            runtime: release.runtime,
            handle: {},
            spec: parts.specOf(environment, release, id, port),
            startedAt: clock.now(),
            restarts: 0,
            lastExit: null,
            restart: 'never',
            state: 'starting',
            running: null,
          };
          started.push(member);
          await supervisor.begin(member);
        }
        return started;
      } catch (error) {
        await Promise.all(started.map((member) => supervisor.stop(member, 0)));
        throw error;
      }
    },
    supervise(environmentId, release) {
      for (const member of of(environmentId, release)) {
        member.restart = 'always';
        if (member.running === null && member.state !== 'stopped') supervisor.restart(member, 0);
      }
    },
    members: of,
    isWarm(environmentId, release) {
      const found = of(environmentId, release);
      return found.length > 0 && found.every((member) => member.state === 'running');
    },
    backend(environmentId, release) {
      if (release.launch.kind === 'static') {
        const { root, spa } = release.launch;
        const folder = parts.folderOf(release);
        return {
          kind: 'folder',
          release: release.number,
          root: root === '.' ? folder : `${folder}/${root}`,
          rules: { spa },
        };
      }
      return {
        kind: 'instances',
        release: release.number,
        targets: of(environmentId, release.number).map(({ id, port }) => ({ id, host: '127.0.0.1', port })),
      };
    },
    async stop(environmentId, release, graceMs) {
      const gone = of(environmentId, release ?? undefined);
      await Promise.all(gone.map((member) => supervisor.stop(member, graceMs)));
    },
    onDeath: (listener) =>
      supervisor.onDeath((member, exit) => {
        if (member.service === null) listener(member, exit);
      }),
    async resume(environment, release, row) {
      const spec = parts.specOf(environment, release, row.id, row.port);
      await supervisor.resume({
        ...row,
        environment,
        spec,
        restart: 'always',
        state: 'restarting',
        running: null,
      });
    },
  };
}
