/** The connection to a container engine: made, watched by its events, and made again when the engine comes back. */

import { existsSync } from 'node:fs';
import { WindlassError } from '../../../shared/errors.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { type DockerClient, openDocker } from './docker.ts';
import { askEngine, type EngineAbout } from './engine-socket.ts';
import { type EngineEvent, readEvents } from './event-stream.ts';
import { ours } from './labels.ts';

export type EngineState =
  /** There was none so far. */
  | { kind: 'absent'; reason: string }
  | { kind: 'connected'; about: EngineAbout; since: number }
  /** There was one, and it is gone; what runs in it may go on. */
  | { kind: 'lost'; reason: string; since: number };

export interface Engine {
  /** `windlass.data` of everything that is ours. */
  readonly owner: string;
  /** Null where there can be none. */
  readonly socket: string | null;
  readonly state: EngineState;
  /** Throws `WindlassError('unavailable')` while no engine answers. */
  client(): Promise<DockerClient>;
  /** Tries once, then goes on in the background. Never throws. */
  start(): Promise<void>;
  stop(): void;
  /** Events of our own containers, and of all that join or leave a network. Returns the end of the subscription. */
  onEvent(listener: (event: EngineEvent) => void): () => void;
  /** Called when an image, of anybody, lost a name or was deleted. */
  onImageLoss(listener: () => void): () => void;
  /** Called when the connection was lost, with why. */
  onLost(listener: (reason: string) => void): () => void;
  /** Called each time a connection was made: what happened meanwhile was not told by events. */
  onConnected(listener: () => void): () => void;
}

export interface EngineOptions {
  /** Null where the machine's engine is somewhere else. */
  socket: string | null;
  owner: string;
  clock: Clock;
  log: Log;
}

const askTimeoutMs = 2000;
/** Between tries: quickly where one went away, at leisure where there was none. */
const retryMs = { first: 100, most: 2000, absent: 4000 } as const;

export function createEngine({ socket, owner, clock, log }: EngineOptions): Engine {
  const eventListeners = new Set<(event: EngineEvent) => void>();
  const imageListeners = new Set<() => void>();
  const lostListeners = new Set<(reason: string) => void>();
  const connectedListeners = new Set<() => void>();
  let state: EngineState = { kind: 'absent', reason: 'it was not looked for yet' };
  let docker: { client: Promise<DockerClient>; api: string } | null = null;
  let stream: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let delay: number = retryMs.first;
  let stopped = false;

  const tell = <T>(listeners: Set<(event: T) => void>, event: T) => {
    for (const listener of [...listeners]) listener(event);
  };

  const again = () => {
    if (stopped || socket === null) return;
    const wait = state.kind === 'absent' ? retryMs.absent : delay;
    delay = Math.min(delay * 2, retryMs.most);
    timer = setTimeout(() => {
      timer = null;
      void connect();
    }, wait);
    timer.unref();
  };

  const lose = (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    if (state.kind === 'connected') {
      log.warn('the container engine is gone; routes stay, and it is looked for', { reason });
      state = { kind: 'lost', reason, since: clock.now() };
      tell(lostListeners, reason);
    } else if (state.kind === 'lost') {
      state = { ...state, reason };
    } else {
      state = { kind: 'absent', reason };
    }
    again();
  };

  const connect = async (): Promise<void> => {
    if (socket === null || stopped) return;
    try {
      if (!existsSync(socket)) throw new Error(`there is no socket at ${socket}`);
      const about = await askEngine(socket, askTimeoutMs);
      stream = new AbortController();
      const { signal } = stream;
      const events = await readEvents(socket, about.api, { ...ours(owner), type: ['container'] }, signal);
      // A deleted image has no label any more, and a network tells of none: what happens to others is among them.
      const others = await readEvents(
        socket,
        about.api,
        { type: ['image', 'network'], event: ['untag', 'delete', 'connect', 'disconnect'] },
        signal,
      );
      if (stopped) {
        stream.abort();
        return;
      }
      state = { kind: 'connected', about, since: clock.now() };
      delay = retryMs.first;
      log.info('connected to the container engine', { version: about.version, api: about.api });
      void follow(stream, [
        forEach(events, (event) => tell(eventListeners, event)),
        forEach(others, (event) => {
          if (event.action.endsWith('connect')) tell(eventListeners, event);
          else tell<void>(imageListeners, undefined);
        }),
      ]);
      tell<void>(connectedListeners, undefined);
    } catch (error) {
      lose(error);
    }
  };

  /** Whichever stream ends first ends the connection. */
  const follow = async (both: AbortController, streams: readonly Promise<never>[]) => {
    try {
      await Promise.race(streams);
    } catch (error) {
      for (const each of streams) each.catch(() => undefined);
      both.abort();
      if (!stopped) lose(error);
    }
  };

  return {
    owner,
    socket,
    get state() {
      return state;
    },
    client() {
      if (state.kind !== 'connected' || socket === null) {
        const reason = state.kind === 'connected' ? 'it is not on this machine' : state.reason;
        throw new WindlassError('unavailable', `Docker does not answer: ${reason}`, {
          hint: 'Start it, e.g. with `systemctl start docker`; Windlass finds it by itself.',
        });
      }
      if (docker === null || docker.api !== state.about.api) {
        docker = { api: state.about.api, client: openDocker(socket, `v${state.about.api}`) };
      }
      return docker.client;
    },
    async start() {
      if (socket === null) state = { kind: 'absent', reason: 'DOCKER_HOST names no socket of this machine' };
      await connect();
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      stream?.abort();
    },
    onEvent(listener) {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    onImageLoss(listener) {
      imageListeners.add(listener);
      return () => imageListeners.delete(listener);
    },
    onLost(listener) {
      lostListeners.add(listener);
      return () => lostListeners.delete(listener);
    },
    onConnected(listener) {
      connectedListeners.add(listener);
      return () => connectedListeners.delete(listener);
    },
  };
}

async function forEach(
  events: AsyncIterable<EngineEvent>,
  take: (event: EngineEvent) => void,
): Promise<never> {
  for await (const event of events) take(event);
  throw new Error('the engine ended its events');
}
