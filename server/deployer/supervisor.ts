/** Keeps each instance: started, its death noticed, started again where it should be, found again, ended. */

import { toPublicError } from '../../shared/errors.ts';
import type { Shortcut } from '../../shared/proxy/backend.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Events } from '../kernel/events.ts';
import type { Log } from '../kernel/log.ts';
import { exitText } from './exit-text.ts';
import type { InstanceStore } from './instance-store.ts';
import { labelOf, type Member } from './member.ts';
import type { Ports } from './ports.ts';
import { decideRestart } from './restart-policy.ts';
import type { Exit, RunningInstance, Runtime } from './runtimes/runtime.ts';

/** Where instances write to, kept by the log store. */
export interface RunOutput {
  /** The file the instance appends to; from now on what it writes is taken in. */
  open(member: { id: string; app: string; environment: string; release: number }): string;
  /** Everything the instance wrote is taken in; call when it is gone for good. */
  close(id: string): Promise<void>;
  /** A line of our own in the release's log. */
  note(member: { app: string; environment: string; release: number }, text: string): void;
}

export interface Supervisor {
  /** Every instance there is. */
  all(): Member[];
  has(id: string): boolean;
  /** Stores the member, then starts it: whatever a crash leaves behind carries an id that is known. */
  begin(member: Member): Promise<void>;
  /** Takes in one of an earlier server process, or starts it where it is gone. Never throws. */
  resume(member: Member): Promise<void>;
  /** Starts it again after `delayMs`, and again each time that fails. */
  restart(member: Member, delayMs: number): void;
  /** Ends it, for good. */
  stop(member: Member, graceMs: number): Promise<void>;
  /** Forgets what is known of an instance that is no member. */
  drop(id: string): void;
  /** Called with every death nobody asked for. Returns the end of the subscription. */
  onDeath(listener: (member: Member, exit: Exit) => void): () => void;
  /** Ends, in every runtime, what is no member. */
  sweep(): Promise<void>;
  /** Lets go of everything without ending it: instances outlive the server. */
  release(): void;
}

export interface SupervisorParts {
  clock: Clock;
  log: Log;
  events: Events;
  store: InstanceStore;
  ports: Ports;
  runtimes: ReadonlyMap<Runtime['kind'], Runtime>;
  output: RunOutput;
  /** Where requests for the instance go from now on instead of to its port; null for to its port. */
  lead(instance: string, shortcut: Shortcut | null): void;
}

/** Between looks at what the kernel ended for memory inside instances that live on, ms. */
const oomLookMs = 5000;
const longestWaitMs = 60_000;

export function createSupervisor(parts: SupervisorParts): Supervisor {
  const { clock, log, store, ports, output } = parts;
  const members = new Map<string, Member>();
  const deaths = new Map<string, number[]>();
  const oomKills = new Map<string, number>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** Ended by us because their health checks failed. */
  const unwell = new Set<string>();
  /** Starts in a row that failed. */
  const failures = new Map<string, number>();
  const listeners = new Set<(member: Member, exit: Exit) => void>();
  let letGo = false;

  const runtimeOf = (kind: Runtime['kind']): Runtime => {
    const runtime = parts.runtimes.get(kind);
    if (!runtime) throw new Error(`no runtime called ${kind}`);
    return runtime;
  };
  const save = ({
    environment: _environment,
    spec: _spec,
    restart: _restart,
    stopGraceMs: _stopGraceMs,
    state: _state,
    running: _running,
    shortcut: _shortcut,
    ...row
  }: Member) => store.put(row);

  const forget = async (member: Member) => {
    lead(member, null);
    clearTimeout(timers.get(member.id));
    timers.delete(member.id);
    members.delete(member.id);
    deaths.delete(member.id);
    failures.delete(member.id);
    oomKills.delete(member.id);
    unwell.delete(member.id);
    store.remove(member.id);
    if (member.port !== 0) ports.give(member.port);
    await output.close(member.id);
  };

  const launch = async (member: Member): Promise<void> => {
    const running = await runtimeOf(member.runtime).start(member.spec, output.open(labelOf(member)));
    member.handle = running.handle;
    member.startedAt = clock.now();
    failures.delete(member.id);
    attach(member, running);
    save(member);
  };

  const attach = (member: Member, running: RunningInstance) => {
    member.running = running;
    member.state = 'running';
    const isOver = () => letGo || member.running !== running || member.state === 'stopped';
    void running.exited.then((exit) => {
      if (!isOver()) died(member, exit);
    });
    running.onShortcut?.((shortcut) => {
      if (!letGo && member.running === running) lead(member, shortcut);
    });
    // What serves is asked by the server itself; nobody else looks after what runs beside it.
    const { service } = member;
    if (service === null) return;
    running.onHealth?.((health) => {
      if (!isOver()) turned(member, running, service, health);
    });
  };

  const lead = (member: Member, shortcut: Shortcut | null) => {
    member.shortcut = shortcut;
    parts.lead(member.id, shortcut);
  };

  /** One that hangs does not end by itself: it is ended, and that counts as a death. */
  const turned = (
    member: Member,
    running: RunningInstance,
    service: string,
    health: 'healthy' | 'unhealthy',
  ) => {
    const restarts = member.restart !== 'never';
    const { environment, release } = member;
    parts.events.emit('service.health', {
      app: environment.app,
      environment: environment.name,
      release,
      service,
      health,
      restarts,
    });
    if (health === 'healthy') return;
    const next = restarts ? 'it is ended, to be started again' : 'its "restart" says to leave it so';
    output.note(labelOf(member), `${member.id} was well, and its health check fails now; ${next}`);
    if (!restarts) return;
    unwell.add(member.id);
    running.stop(member.stopGraceMs ?? 0).catch((error: unknown) => {
      log.error('a service whose health check fails could not be ended', { instance: member.id, error });
    });
  };

  const died = (member: Member, exit: Exit) => {
    member.running = null;
    const wasUnwell = unwell.delete(member.id);
    member.lastExit = wasUnwell ? `its health check failed (${exitText(exit)})` : exitText(exit);
    const decision = decideRestart(deaths.get(member.id) ?? [], member.startedAt, clock.now());
    deaths.set(member.id, decision.deaths);
    member.state = decision.state;
    if (member.restart === 'never' || (member.restart === 'on-failure' && exit.code === 0 && !wasUnwell)) {
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
    restart(member, decision.delayMs);
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

  const restart = (member: Member, delayMs: number) => {
    if (!members.has(member.id) || letGo) return;
    timers.set(
      member.id,
      setTimeout(() => {
        timers.delete(member.id);
        if (!members.has(member.id) || letGo) return;
        launch(member).catch((error: unknown) => startFailed(member, error));
      }, delayMs),
    );
  };

  /** Whatever keeps it from starting may be over soon, or never. */
  const startFailed = (member: Member, error: unknown) => {
    const before = failures.get(member.id) ?? 0;
    failures.set(member.id, before + 1);
    log.error('an instance could not be started', { instance: member.id, error });
    if (before === 0) {
      output.note(labelOf(member), `${member.id} could not be started: ${toPublicError(error).message}`);
    }
    restart(member, Math.min(1000 * 2 ** before, longestWaitMs));
  };

  for (const runtime of parts.runtimes.values()) {
    runtime.onAvailable?.(() => {
      for (const member of members.values()) {
        if (member.runtime !== runtime.kind || !timers.has(member.id)) continue;
        clearTimeout(timers.get(member.id));
        restart(member, 0);
      }
    });
  }

  return {
    all: () => [...members.values()],
    has: (id) => members.has(id),
    async begin(member) {
      members.set(member.id, member);
      save(member);
      await launch(member);
    },
    async resume(member) {
      if (member.port !== 0) ports.claim(member.port);
      members.set(member.id, member);
      const running = await runtimeOf(member.runtime).adopt(member.spec, member.handle);
      if (running) {
        output.open(labelOf(member));
        attach(member, running);
        return;
      }
      await launch(member).catch((error: unknown) => startFailed(member, error));
    },
    restart,
    async stop(member, graceMs) {
      const { running } = member;
      member.state = 'stopped';
      clearTimeout(timers.get(member.id));
      if (running) await running.stop(graceMs);
      await forget(member);
    },
    drop: (id) => store.remove(id),
    onDeath(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async sweep() {
      const kept = new Set(members.keys());
      for (const runtime of parts.runtimes.values()) await runtime.sweep(kept);
    },
    release() {
      letGo = true;
      clearInterval(oomTimer);
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      // From here on nobody would notice that an address changes hands.
      for (const member of members.values()) lead(member, null);
    },
  };
}
