/** The instances that exist: started, watched, started again when they die, found again after a restart of the server. */

import type { Instance } from '../../shared/deployer/model.ts';
import type { Backend } from '../../shared/proxy/backend.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Events } from '../kernel/events.ts';
import type { Log } from '../kernel/log.ts';
import type { EnvironmentRow } from './app-store.ts';
import { exitText } from './exit-text.ts';
import type { InstanceRow, InstanceStore } from './instance-store.ts';
import type { Ports } from './ports.ts';
import type { ReleaseRow } from './release-store.ts';
import { decideRestart } from './restart-policy.ts';
import type { Exit, InstanceSpec, RunningInstance, Runtime } from './runtimes/runtime.ts';

/** An instance as the fleet holds it. */
export interface Member extends InstanceRow {
  readonly environment: EnvironmentRow;
  readonly spec: InstanceSpec;
  state: Instance['state'];
  running: RunningInstance | null;
}

/** Where instances write to, kept by the log store. */
export interface RunOutput {
  /** The file the instance appends to; from now on what it writes is taken in. */
  open(member: { id: string; app: string; environment: string; release: number }): string;
  /** Everything the instance wrote is taken in; call when it is gone for good. */
  close(id: string): Promise<void>;
  /** A line of our own in the release's log. */
  note(member: { app: string; environment: string; release: number }, text: string): void;
}

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
  /** Adopts what an earlier server process left; `wanted` says which releases of an environment should run. */
  restore(
    environment: (id: number) => EnvironmentRow | null,
    release: (environment: EnvironmentRow, number: number) => ReleaseRow | null,
    wanted: (environment: EnvironmentRow, release: number) => boolean,
  ): Promise<void>;
  /** Lets go of everything without ending it: instances outlive the server. */
  release(): void;
}

export interface FleetParts {
  clock: Clock;
  log: Log;
  events: Events;
  store: InstanceStore;
  ports: Ports;
  runtimes: ReadonlyMap<Runtime['kind'], Runtime>;
  output: RunOutput;
  /** Everything an instance is told about itself and its release. */
  specOf(environment: EnvironmentRow, release: ReleaseRow, id: string, port: number): InstanceSpec;
  folderOf(release: ReleaseRow): string;
}

export function createFleet(parts: FleetParts): Fleet {
  const { clock, log, store, ports, output } = parts;
  const members = new Map<string, Member>();
  const deaths = new Map<string, number[]>();
  const oomKills = new Map<string, number>();
  const supervised = new Set<string>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const listeners = new Set<(member: Member, exit: Exit) => void>();
  let letGo = false;

  const groupOf = (environmentId: number, release: number) => `${environmentId}/${release}`;
  const runtimeOf = (kind: Runtime['kind']): Runtime => {
    const runtime = parts.runtimes.get(kind);
    if (!runtime) throw new Error(`no runtime called ${kind}`);
    return runtime;
  };
  const of = (environmentId: number, release?: number) =>
    [...members.values()].filter(
      (each) => each.environmentId === environmentId && (release === undefined || each.release === release),
    );
  const save = ({
    id,
    environmentId,
    release,
    port,
    runtime,
    handle,
    startedAt,
    restarts,
    lastExit,
  }: Member) =>
    store.put({ id, environmentId, release, port, runtime, handle, startedAt, restarts, lastExit });

  const forget = async (member: Member) => {
    clearTimeout(timers.get(member.id));
    timers.delete(member.id);
    members.delete(member.id);
    deaths.delete(member.id);
    oomKills.delete(member.id);
    store.remove(member.id);
    if (member.port !== 0) ports.give(member.port);
    await output.close(member.id);
  };

  const launch = async (member: Member): Promise<void> => {
    const running = await runtimeOf(member.runtime).start(member.spec, output.open(labelOf(member)));
    member.handle = running.handle;
    member.startedAt = clock.now();
    attach(member, running);
    save(member);
  };

  const attach = (member: Member, running: RunningInstance) => {
    member.running = running;
    member.state = 'running';
    void running.exited.then((exit) => {
      if (letGo || member.running !== running || member.state === 'stopped') return;
      died(member, exit);
    });
  };

  const died = (member: Member, exit: Exit) => {
    member.running = null;
    member.lastExit = exitText(exit);
    const decision = decideRestart(deaths.get(member.id) ?? [], member.startedAt, clock.now());
    deaths.set(member.id, decision.deaths);
    member.state = decision.state;
    if (!supervised.has(groupOf(member.environmentId, member.release))) {
      output.note(labelOf(member), `${member.id} ended: ${member.lastExit}`);
      tellDeath(member, exit);
      return;
    }
    member.restarts++;
    save(member);
    output.note(
      labelOf(member),
      `${member.id} ended: ${member.lastExit}; starting it again ${decision.delayMs === 0 ? 'now' : `in ${decision.delayMs / 1000} s`}`,
    );
    parts.events.emit('instance.exited', {
      app: member.environment.app,
      environment: member.environment.name,
      release: member.release,
      instance: member.id,
      exit: member.lastExit,
      restarts: member.restarts,
      looping: member.state === 'crash-looping',
    });
    tellDeath(member, exit);
    scheduleRestart(member, decision.delayMs);
  };

  /** A worker process may be ended for memory while its app lives on; nobody would know why requests fail. */
  const noteOomKills = () => {
    for (const member of members.values()) {
      const kills = member.running?.oomKills?.() ?? 0;
      const known = oomKills.get(member.id) ?? 0;
      if (kills > known) {
        output.note(labelOf(member), `${member.id}: a process of it was ended for reaching the memory limit`);
      }
      if (kills !== known) oomKills.set(member.id, kills);
    }
  };
  const oomTimer = setInterval(noteOomKills, oomLookMs);

  const tellDeath = (member: Member, exit: Exit) => {
    for (const listener of [...listeners]) listener(member, exit);
  };

  const scheduleRestart = (member: Member, delayMs: number) => {
    if (!members.has(member.id) || letGo) return;
    timers.set(
      member.id,
      setTimeout(() => {
        timers.delete(member.id);
        if (!members.has(member.id) || letGo) return;
        launch(member).catch((error: unknown) => {
          log.error('an instance could not be started again', { instance: member.id, error });
          scheduleRestart(member, 60_000);
        });
      }, delayMs),
    );
  };

  const stopMember = async (member: Member, graceMs: number) => {
    const running = member.running;
    member.state = 'stopped';
    clearTimeout(timers.get(member.id));
    if (running) await running.stop(graceMs);
    await forget(member);
  };

  return {
    async start(environment, release, count) {
      const started: Member[] = [];
      try {
        for (let ordinal = 1; ordinal <= count; ordinal++) {
          const id = newInstanceId(release.number, ordinal, members);
          const port = release.launch.kind === 'static' ? 0 : ports.take();
          const spec = parts.specOf(environment, release, id, port);
          const member: Member = {
            id,
            environment,
            environmentId: environment.id,
            release: release.number,
            port,
            runtime: release.runtime,
            handle: {},
            spec,
            startedAt: clock.now(),
            restarts: 0,
            lastExit: null,
            state: 'starting',
            running: null,
          };
          members.set(id, member);
          started.push(member);
          // Stored before it runs: whatever a crash leaves behind carries an id that is known.
          save(member);
          await launch(member);
        }
        return started;
      } catch (error) {
        await Promise.all(started.map((member) => stopMember(member, 0)));
        throw error;
      }
    },
    supervise(environmentId, release) {
      supervised.add(groupOf(environmentId, release));
      for (const member of of(environmentId, release)) {
        if (member.running === null && member.state !== 'stopped') scheduleRestart(member, 0);
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
      for (const member of gone) supervised.delete(groupOf(environmentId, member.release));
      await Promise.all(gone.map((member) => stopMember(member, graceMs)));
    },
    onDeath(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async restore(environmentOf, releaseOf, wanted) {
      const restarts: Promise<void>[] = [];
      const kept = new Set<string>();
      for (const row of store.all()) {
        const environment = environmentOf(row.environmentId);
        const release = environment && releaseOf(environment, row.release);
        if (!environment || !release || !wanted(environment, row.release)) {
          store.remove(row.id);
          continue;
        }
        kept.add(row.id);
        if (row.port !== 0) ports.claim(row.port);
        const spec = parts.specOf(environment, release, row.id, row.port);
        const member: Member = { ...row, environment, spec, state: 'restarting', running: null };
        members.set(row.id, member);
        supervised.add(groupOf(environment.id, row.release));
        const running = await runtimeOf(row.runtime).adopt(spec, row.handle);
        if (running) {
          output.open(labelOf(member));
          attach(member, running);
        } else {
          restarts.push(
            launch(member).catch((error: unknown) => {
              log.error('an instance could not be started', { instance: member.id, error });
              scheduleRestart(member, 1000);
            }),
          );
        }
      }
      await Promise.all(restarts);
      for (const runtime of parts.runtimes.values()) await runtime.sweep(kept);
    },
    release() {
      letGo = true;
      clearInterval(oomTimer);
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** Between looks at what the kernel ended for memory inside instances that live on, ms. */
const oomLookMs = 5000;

const labelOf = (member: Member) => ({
  id: member.id,
  app: member.environment.app,
  environment: member.environment.name,
  release: member.release,
});

/** `r<release>-<n>-<five letters>`: readable in logs, unique on the machine. */
function newInstanceId(release: number, ordinal: number, taken: ReadonlyMap<string, unknown>): string {
  for (;;) {
    const id = `r${release}-${ordinal}-${Math.random().toString(36).slice(2, 7).padEnd(5, '0')}`;
    if (!taken.has(id)) return id;
  }
}
