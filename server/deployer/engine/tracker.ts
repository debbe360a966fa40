/** The containers we hold: their output copied, their end noticed, however often the engine goes away meanwhile. */

import { rmSync } from 'node:fs';
import type { Shortcut } from '../../../shared/proxy/backend.ts';
import type { Log } from '../../kernel/log.ts';
import type { Exit, RunningInstance } from '../runtimes/runtime.ts';
import { createAddressBook } from './address-book.ts';
import { exitOf, mayBeOom, vanished } from './container-end.ts';
import { openContainerOutput, placeFile } from './container-output.ts';
import { type ContainerState, statusOf } from './docker.ts';
import type { Engine } from './engine.ts';
import { kernelSaysOom } from './kernel-oom.ts';
import { followLog } from './log-follow.ts';
import { residentOf } from './resident-of.ts';

export interface Tracker {
  /** A container that was just started. */
  track(container: string, output: string): RunningInstance;
  /** One of an earlier server process; null where it ended meanwhile (its last words are taken in first). */
  adopt(container: string, output: string): Promise<RunningInstance | null>;
  has(container: string): boolean;
  /** Starts a container in this network: meanwhile nobody new is sent to an address of it. */
  whileStarting<T>(network: string, start: () => Promise<T>): Promise<T>;
}

interface Held {
  id: string;
  output: string;
  oomKills: number;
  oomTold: PromiseWithResolvers<void>;
  log: { ended: Promise<void>; cut(): void };
  end(exit: Exit): void;
  ending: boolean;
  /** Its health check passed at some time. */
  wasWell: boolean;
  health: 'healthy' | 'unhealthy' | null;
  healthListeners: ((health: 'healthy' | 'unhealthy') => void)[];
  /** Grace in ms of a stop that has to wait for the engine. */
  doomed: number | null;
}

/** With these it may have lost its address: the engine gives it away before it tells of the end. */
const leaving: ReadonlySet<string> = new Set(['disconnect', 'die', 'destroy']);
const telling: ReadonlySet<string> = new Set(['die', 'destroy', 'pause', 'start', 'connect']);
/** Longest the last words of an ended container are waited for. */
const lastWordsMs = 3000;
/** Longest that word of an end for memory is waited for: containerd sends it by another way than the end itself. */
const lateOomMs = 1000;

export interface TrackerOptions {
  engine: Engine;
  log: Log;
  /** Only for tests: what the kernel says of a container. */
  saysOom?: (container: string) => boolean;
}

export function createTracker({ engine, log, saysOom = kernelSaysOom }: TrackerOptions): Tracker {
  const held = new Map<string, Held>();
  const addresses = createAddressBook({
    look(container) {
      const each = held.get(container);
      if (each !== undefined) void lookSafely(each);
    },
  });

  const inspect = async (id: string): Promise<ContainerState | null> => {
    try {
      return await (await engine.client()).getContainer(id).inspect();
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  };

  const follow = (id: string, output: string) =>
    followLog(engine, id, openContainerOutput(output, id), (error) =>
      log.warn('the output of a container could not be read', { container: id.slice(0, 12), error }),
    );

  /** Its last words first: whoever hears of the end wants to read why. */
  const bury = async (each: Held, found: ContainerState | null) => {
    if (each.ending) return;
    each.ending = true;
    addresses.close(each.id);
    await Promise.race([each.log.ended, Bun.sleep(lastWordsMs)]);
    each.log.cut();
    const exit = found === null ? vanished : await exitOfEnded(each, found);
    if (found !== null) await remove(each.id);
    rmSync(placeFile(each.output), { force: true });
    held.delete(each.id);
    each.end(exit);
  };

  const exitOfEnded = async (each: Held, { State, HostConfig }: ContainerState): Promise<Exit> => {
    const limit = HostConfig.Memory ?? 0;
    if (each.doomed !== null || !mayBeOom(State, limit)) return exitOf(State, limit);
    if (each.oomKills === 0 && !saysOom(each.id)) {
      await Promise.race([each.oomTold.promise, Bun.sleep(lateOomMs)]);
      return exitOf({ ...State, OOMKilled: each.oomKills > 0 }, limit);
    }
    return exitOf({ ...State, OOMKilled: true }, limit);
  };

  const remove = async (id: string) => {
    try {
      await (await engine.client()).getContainer(id).remove({ force: true, v: true });
    } catch (error) {
      // Left for the next sweep; what matters is that it ended.
      if (statusOf(error) !== 404 && statusOf(error) !== 409) {
        log.warn('an ended container could not be removed', { container: id.slice(0, 12), error });
      }
    }
  };

  const look = async (each: Held) => {
    const turn = addresses.lookBegins(each.id);
    const found = await inspect(each.id);
    if (found === null || isOver(found)) {
      await bury(each, found);
      return;
    }
    addresses.seen(each.id, turn, found).catch((error: unknown) => {
      // Its published port is still the way to it.
      log.warn('the address of a container could not be read', { container: each.id.slice(0, 12), error });
    });
    turnHealth(each, found.State.Health);
    // A paused one takes no signal either.
    if (found.State.Paused) await wake(each);
    if (each.doomed !== null) await stopContainer(each.id, each.doomed);
  };

  const turnHealth = (each: Held, seen: ContainerState['State']['Health']) => {
    const now = seen?.Status;
    // What passed before this process held it is in the engine's record of the last checks.
    if (now === 'healthy' || seen?.Log?.some(({ ExitCode }) => ExitCode === 0)) each.wasWell = true;
    if ((now !== 'healthy' && now !== 'unhealthy') || now === each.health) return;
    if (!each.wasWell) return;
    each.health = now;
    for (const listener of each.healthListeners) listener(now);
  };

  const stopContainer = async (id: string, graceMs: number) => {
    try {
      const container = (await engine.client()).getContainer(id);
      if (graceMs > 0) await container.stop({ t: Math.ceil(graceMs / 1000) });
      else await container.kill();
    } catch (error) {
      // 304: stopped already; 404: gone; 409: not running.
      const status = statusOf(error);
      if (status !== 304 && status !== 404 && status !== 409) throw error;
    }
  };

  /** Nobody but us decides over our containers; a paused one would only let requests hang. */
  const wake = async (each: Held) => {
    log.warn('a container was paused from outside; it goes on', { container: each.id.slice(0, 12) });
    await (await engine.client()).getContainer(each.id).unpause();
  };

  const lookSafely = (each: Held) =>
    look(each).catch((error: unknown) => {
      // With the engine gone or going, everything is looked at again when it is back.
      if (engine.state.kind === 'connected' && statusOf(error) !== null) {
        log.error('a container could not be looked at', { container: each.id.slice(0, 12), error });
      }
    });

  engine.onEvent(({ action, id }) => {
    const each = held.get(id);
    if (each === undefined) return;
    if (action === 'oom') {
      each.oomKills++;
      each.oomTold.resolve();
    }
    if (leaving.has(action)) addresses.lost(id);
    // The engine writes `health_status: unhealthy`; what is true by now is looked at.
    if (telling.has(action) || action.startsWith('health_status')) void lookSafely(each);
  });
  engine.onLost(() => addresses.mindAlone(() => engine.state.kind !== 'lost'));
  engine.onConnected(() => {
    addresses.doubtAll();
    for (const each of held.values()) void lookSafely(each);
  });

  const hold = (id: string, output: string): RunningInstance => {
    const { promise: exited, resolve } = Promise.withResolvers<Exit>();
    const each: Held = {
      id,
      output,
      oomKills: 0,
      oomTold: Promise.withResolvers(),
      log: follow(id, output),
      end: resolve,
      ending: false,
      wasWell: false,
      health: null,
      healthListeners: [],
      doomed: null,
    };
    held.set(id, each);
    let shortcut: Shortcut | null = null;
    let tellShortcut: (now: Shortcut | null) => void = () => undefined;
    addresses.open(id, (now) => {
      shortcut = now;
      tellShortcut(now);
    });
    // It may have died before its events could find it here.
    void lookSafely(each);
    return {
      handle: { container: id },
      exited,
      async memory() {
        try {
          return await residentOf(await engine.client(), id);
        } catch {
          // An engine that is away knows nothing now; whoever asks wants the rest all the same.
          return null;
        }
      },
      oomKills: () => each.oomKills,
      async health() {
        // An engine that is away says nothing; it is asked again.
        const found = await inspect(id).catch(() => null);
        const status = found?.State.Health?.Status;
        return status === 'healthy' || status === 'unhealthy' || status === 'starting'
          ? status
          : found === null
            ? 'starting'
            : 'none';
      },
      onHealth(listener) {
        each.healthListeners.push(listener);
        if (each.health !== null) listener(each.health);
      },
      onShortcut(listener) {
        tellShortcut = listener;
        listener(shortcut);
      },
      async stop(graceMs) {
        each.doomed = graceMs;
        try {
          await stopContainer(id, graceMs);
        } catch (error) {
          // Without an engine nothing can be ended; it is as soon as the engine is back.
          if (statusOf(error) !== null) throw error;
        }
        await lookSafely(each);
        await exited;
      },
    };
  };

  return {
    track: hold,
    has: (container) => held.has(container),
    whileStarting: addresses.whileStarting,
    async adopt(container, output) {
      const found = await inspect(container).catch(() => 'unknown' as const);
      if (found !== 'unknown') {
        if (found === null) return null;
        if (isOver(found)) {
          const last = follow(container, output);
          await Promise.race([last.ended, Bun.sleep(lastWordsMs)]);
          last.cut();
          await remove(container);
          rmSync(placeFile(output), { force: true });
          return null;
        }
      }
      // With the engine away nobody knows; it is taken for running and looked at when the engine is back.
      return hold(container, output);
    },
  };
}

const isOver = ({ State }: ContainerState): boolean =>
  !State.Running && State.Status !== 'created' && State.Status !== 'restarting';
