/** The data path: everything between a client's socket and an app's, as one thing to start and stop. */

import type { ServiceKey } from '../../shared/proxy/backend.ts';
import type { AnswerFilter } from '../kernel/answer-filter.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import type { Endpoint } from '../kernel/endpoint.ts';
import type { Log } from '../kernel/log.ts';
import { ConnectionRoom } from './connection-room.ts';
import type { DataPathContext } from './context.ts';
import type { Door } from './door.ts';
import { BodyRoom } from './endpoints/body-room.ts';
import { FairTurns } from './fair-turns.ts';
import type { TrustedPeers } from './forwarded.ts';
import type { HandOver } from './forwarders/hand-over.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { Listener, type ListenOptions } from './listener.ts';
import { TurnedAway } from './requests/turned-away.ts';
import type { AccessLog, RouteTable } from './service.ts';
import { Shortcuts } from './shortcuts.ts';
import type { PlainDoor } from './tls/certificate-source.ts';
import { UpstreamPool } from './upstream-pool.ts';

export interface DataPathOptions {
  /** Asked anew for every request. */
  table(): RouteTable;
  /** What the server itself answers, by name; asked anew for every such request. Default none. */
  endpoints?(): ReadonlyMap<string, Endpoint>;
  /** Who may change answers; asked anew for every request. Default nobody. */
  filters?(): readonly AnswerFilter[];
  /** Sets tasks where rules want them. */
  challengeTask?(service: ServiceKey, client: string, bits: number): string;
  /** Counts whom it does not let pass. Default one of its own. */
  turnedAway?: TurnedAway;
  log: AccessLog;
  errorLog: Log;
  /** Default none. */
  shortcuts?: Shortcuts;
  /** Secret of this process; see `DataPathContext`. */
  probeToken: string;
  clock?: Clock;
  limits?: Partial<Limits>;
  trusted?: TrustedPeers;
  /** Default none: everything may come without TLS. */
  door?: PlainDoor;
  /** Who answers what this process may not. Default: it may answer everything. */
  handOver?: HandOver;
  /** Value of Strict-Transport-Security on a host. Default none. */
  strictTransport?(host: string): string | null;
}

export interface DataPath {
  /**
   * Listens, any number of times; answers with the port in use. Throws what the system says where it cannot be had
   * (EADDRINUSE, EACCES).
   */
  listen(options: ListenOptions): { readonly port: number };
  /** Takes connections in by a door of another kind. */
  add<D extends Door>(make: (context: DataPathContext) => D): D;
  /** From now on this process has one of `parts` equal shares of all places for connections. */
  shareRoom(parts: number): void;
  /** Accepts no more, lets exchanges finish for up to `graceMs`, then cuts what is left. */
  stop(graceMs: number): Promise<void>;
  /** Closes idle connections to a target nobody is sent to any more. */
  forgetTarget(id: string): void;
  /** Client connections now. */
  readonly connections: number;
}

const noTask = () => '';
const noFilters = () => [];
const noEndpoints = () => new Map<string, Endpoint>();

/** How long idle connections stay open after a stop: a request already on its way is answered, with a close. */
const idleGraceMs = 500;

export function createDataPath(options: DataPathOptions): DataPath {
  const limits = { ...defaultLimits, ...options.limits };
  const clock = options.clock ?? systemClock;
  const shortcuts = options.shortcuts ?? new Shortcuts();
  const pool = new UpstreamPool(limits, shortcuts);
  const context: DataPathContext = {
    table: options.table,
    endpoints: options.endpoints ?? noEndpoints,
    filters: options.filters ?? noFilters,
    challengeTask: options.challengeTask ?? noTask,
    room: new ConnectionRoom(limits.connections, limits.connectionsOfOne),
    turns: new FairTurns(clock),
    turnedAway: options.turnedAway ?? new TurnedAway(),
    compressing: 0,
    bodyRoom: new BodyRoom(limits.heldBodies),
    log: options.log,
    errorLog: options.errorLog,
    clock,
    limits,
    pool,
    shortcuts,
    trusted: options.trusted ?? new Set(),
    door: options.door ?? null,
    handOver: options.handOver ?? null,
    strictTransport: (host) => options.strictTransport?.(host) ?? null,
    probeToken: options.probeToken,
    now: clock.monotonic(),
    stopping: false,
  };
  const doors: Door[] = [];
  const connections = () => doors.reduce((sum, door) => sum + door.connections, 0);
  const tick = setInterval(() => {
    context.now = clock.monotonic();
    pool.sweep(context.now);
    for (const door of doors) door.sweep(context.now);
  }, limits.tickMs);

  return {
    listen(where) {
      const listener = new Listener(context, where);
      doors.push(listener);
      return { port: listener.port };
    },
    add(make) {
      const door = make(context);
      doors.push(door);
      return door;
    },
    shareRoom: (parts) => context.room.divide(parts),
    async stop(graceMs) {
      context.stopping = true;
      for (const door of doors) door.stopAccepting();
      const started = clock.monotonic();
      let passed = 0;
      while (connections() > 0 && passed < graceMs) {
        await Bun.sleep(Math.min(20, graceMs - passed));
        passed = clock.monotonic() - started;
        if (passed >= idleGraceMs) for (const door of doors) door.closeIdle();
      }
      for (const door of doors) door.abort();
      clearInterval(tick);
      pool.close();
    },
    forgetTarget: (id) => pool.forget(id),
    get connections() {
      return connections();
    },
  };
}
