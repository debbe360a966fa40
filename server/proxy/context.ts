/** What all connections and exchanges of the data path share. */

import type { ServiceKey } from '../../shared/proxy/backend.ts';
import type { AnswerFilter } from '../kernel/answer-filter.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Endpoint } from '../kernel/endpoint.ts';
import type { Log } from '../kernel/log.ts';
import type { ConnectionRoom } from './connection-room.ts';
import type { BodyRoom } from './endpoints/body-room.ts';
import type { FairTurns } from './fair-turns.ts';
import type { TrustedPeers } from './forwarded.ts';
import type { HandOver } from './forwarders/hand-over.ts';
import type { Limits } from './limits.ts';
import type { TurnedAway } from './requests/turned-away.ts';
import type { AccessLog, RouteTable } from './service.ts';
import type { Shortcuts } from './shortcuts.ts';
import type { PlainDoor } from './tls/certificate-source.ts';
import type { UpstreamPool } from './upstream-pool.ts';

export interface DataPathContext {
  readonly table: () => RouteTable;
  /** By name. */
  readonly endpoints: () => ReadonlyMap<string, Endpoint>;
  /** For the bodies of requests that are held whole. */
  readonly bodyRoom: BodyRoom;
  readonly room: ConnectionRoom;
  readonly turns: FairTurns;
  /** Counts whom the proxy does not let pass. */
  readonly turnedAway: TurnedAway;
  readonly log: AccessLog;
  readonly errorLog: Log;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly pool: UpstreamPool;
  readonly shortcuts: Shortcuts;
  readonly trusted: TrustedPeers;
  /** Who answers what this process may not; null where it may answer everything. */
  readonly handOver: HandOver | null;
  /** Features that may change answers; mostly none. */
  readonly filters: () => readonly AnswerFilter[];
  /** Sets a visitor the task that proves it is a browser. */
  readonly challengeTask: (service: ServiceKey, client: string, bits: number) => string;
  /** Answers that are compressed now. */
  compressing: number;
  /** Asked before anything else about requests that come without TLS; null where there is none to ask. */
  readonly door: PlainDoor | null;
  /** Value of Strict-Transport-Security on a host, for answers over TLS; null for none. */
  readonly strictTransport: (host: string) => string | null;
  /** A loopback request that carries it in `Windlass-Probe` is told the release that answers. */
  readonly probeToken: string;
  /** Monotonic ms, at most a tick old: exact enough for deadlines, and free. */
  now: number;
  /** Set once the data path stops: every answer then closes its connection. */
  stopping: boolean;
}
