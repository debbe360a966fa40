/**
 * The services beside an app: one of each an environment, whatever release is live. What did not change goes on from
 * release to release; what did is replaced where it stands, because two databases cannot share a volume.
 */

import { WindlassError } from '../../../shared/errors.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { EnvironmentRow } from '../app-store.ts';
import { exitText } from '../exit-text.ts';
import type { InstanceRow } from '../instance-store.ts';
import { type Member, newInstanceId } from '../member.ts';
import type { ReleaseRow } from '../release-store.ts';
import type { Supervisor } from '../supervisor.ts';
import { createTurns } from '../turns.ts';
import { closure } from './arrange.ts';
import type { Companion, Composition, Need } from './companion.ts';
import { companionSpec, fingerprintOf } from './companion-spec.ts';
import type { Values } from './fill.ts';
import { untilReady } from './until-ready.ts';

export interface Companions {
  /**
   * Before the release's instances start: all they need runs, is what this release wants, and is ready. `tasks`: those
   * run to their end as well. Throws `failed` with the service's name, or the signal's reason.
   */
  prepare(
    environment: EnvironmentRow,
    release: ReleaseRow,
    how: { tasks: boolean; signal: AbortSignal; onLine(text: string): void },
  ): Promise<void>;
  /** The release serves: everything beside it is as it wants it, and what it does not have ends. Failures are logged. */
  settle(environment: EnvironmentRow, release: ReleaseRow | null): Promise<void>;
  members(environmentId: number): Member[];
  /** Ends all of them; those that need others end first. */
  stop(environmentId: number): Promise<void>;
  /** Takes in one of an earlier server process. */
  resume(environment: EnvironmentRow, release: ReleaseRow, row: InstanceRow): Promise<void>;
}

export interface CompanionsParts {
  clock: Clock;
  log: Log;
  supervisor: Supervisor;
  /** The variables a release was made with, and what its files gave. */
  valuesOf(release: ReleaseRow): Values;
}

export function createCompanions(parts: CompanionsParts): Companions {
  const { clock, log, supervisor } = parts;
  const turns = createTurns<number>();

  const of = (environmentId: number) =>
    supervisor.all().filter((each) => each.service !== null && each.environmentId === environmentId);

  const memberOf = (environment: EnvironmentRow, release: ReleaseRow, companion: Companion): Member => {
    const slug = companion.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 16);
    const id = newInstanceId(`${slug}-r${release.number}`, supervisor.has);
    const spec = companionSpec(environment, release, companion, parts.valuesOf(release), id);
    return {
      id,
      environment,
      environmentId: environment.id,
      release: release.number,
      service: companion.name,
      fingerprint: fingerprintOf(spec),
      port: 0,
      runtime: 'docker',
      handle: {},
      spec,
      startedAt: clock.now(),
      restarts: 0,
      lastExit: null,
      restart: companion.restart,
      stopGraceMs: companion.stopGraceMs,
      state: 'starting',
      running: null,
    };
  };

  /** The one that runs where it is what the release wants; else a new one in its place. */
  const ensure = async (environment: EnvironmentRow, release: ReleaseRow, companion: Companion) => {
    const wanted = memberOf(environment, release, companion);
    for (const current of of(environment.id).filter((each) => each.service === companion.name)) {
      if (current.fingerprint === wanted.fingerprint && current.state !== 'stopped') return current;
      await supervisor.stop(current, companion.stopGraceMs);
    }
    try {
      await supervisor.begin(wanted);
    } catch (error) {
      await supervisor.stop(wanted, 0);
      throw error;
    }
    return wanted;
  };

  const runTask = async (
    environment: EnvironmentRow,
    release: ReleaseRow,
    task: Companion,
    signal: AbortSignal,
  ) => {
    const member = memberOf(environment, release, task);
    try {
      await supervisor.begin(member);
      const { running } = member;
      if (running === null) throw new WindlassError('failed', `the service ${task.name} ended at once`);
      const onAbort = () => void running.stop(0);
      signal.addEventListener('abort', onAbort, { once: true });
      const exit = await running.exited;
      signal.removeEventListener('abort', onAbort);
      signal.throwIfAborted();
      if (exit.code === 0) return;
      throw new WindlassError('failed', `the service ${task.name} ended with ${exitText(exit)}`, {
        hint: 'Others wait for it to end well; its last lines say why it did not.',
      });
    } finally {
      await supervisor.stop(member, 0);
    }
  };

  const untilMet = async (
    { service, condition }: Need,
    composition: Composition,
    environment: EnvironmentRow,
    signal: AbortSignal,
  ) => {
    if (condition !== 'healthy') return;
    const companion = composition.companions.find(({ name }) => name === service);
    const member = of(environment.id).find((each) => each.service === service);
    if (companion === undefined || member === undefined) return;
    await untilReady(member, companion.surroundings.healthcheck, signal);
  };

  const stopAll = async (members: readonly Member[]) => {
    // Newest first: what was started last needs what was started before it.
    for (const member of [...members].reverse()) await supervisor.stop(member, usualGraceMs);
  };

  return {
    members: of,
    prepare: (environment, release, { tasks, signal, onLine }) =>
      turns.take(environment.id, async () => {
        const composition = compositionOf(release);
        if (composition === null) return;
        const needed = closure(composition.needs, composition.companions);
        for (const companion of composition.companions) {
          signal.throwIfAborted();
          if (!needed.has(companion.name)) continue;
          for (const need of companion.needs) await untilMet(need, composition, environment, signal);
          if (companion.kind === 'service') {
            await ensure(environment, release, companion);
          } else if (tasks) {
            onLine(`service ${companion.name} runs to its end`);
            await runTask(environment, release, companion, signal);
          }
        }
        for (const need of composition.needs) await untilMet(need, composition, environment, signal);
      }),
    settle: (environment, release) =>
      turns.take(environment.id, async () => {
        const companions = compositionOf(release)?.companions ?? [];
        const wanted = new Set(companions.map(({ name }) => name));
        const others = of(environment.id).filter(({ service }) => !wanted.has(service ?? ''));
        await stopAll(others).catch((error: unknown) =>
          log.error('services beside an app could not be ended', { app: environment.app, error }),
        );
        for (const companion of companions) {
          if (companion.kind === 'task' || release === null) continue;
          try {
            await ensure(environment, release, companion);
          } catch (error) {
            log.error('a service beside an app could not be started', {
              app: environment.app,
              service: companion.name,
              error,
            });
          }
        }
      }),
    stop: (environmentId) => turns.take(environmentId, () => stopAll(of(environmentId))),
    async resume(environment, release, row) {
      const companion = compositionOf(release)?.companions.find(({ name }) => name === row.service);
      if (companion === undefined) {
        supervisor.drop(row.id);
        return;
      }
      const spec = companionSpec(environment, release, companion, parts.valuesOf(release), row.id);
      const { restart, stopGraceMs } = companion;
      await supervisor.resume({
        ...row,
        environment,
        spec,
        restart,
        stopGraceMs,
        state: 'restarting',
        running: null,
      });
    },
  };
}

const usualGraceMs = 10_000;

function compositionOf(release: ReleaseRow | null): Composition | null {
  return release?.launch.kind === 'container' ? (release.launch.composition ?? null) : null;
}
