/** What the main process and a forwarder tell each other, one JSON value at a time over the line between them. */

import type { ServiceKey, Shortcut } from '../../../shared/proxy/backend.ts';
import type { Limits } from '../limits.ts';
import type { AwayReason } from '../requests/turned-away.ts';
import type { EntryRow } from './entry-row.ts';
import type { CertificateCopy, Snapshot } from './snapshot.ts';

export type ToForwarder =
  | {
      kind: 'begin';
      hostname: string;
      http: number;
      /** Null for no HTTPS. */
      https: number | null;
      /** Where main takes connections over, see `relay-door.ts`. */
      door: string;
      limits: Limits;
      certificates: CertificateCopy | null;
      snapshot: Snapshot;
      /** By instance. */
      shortcuts: [string, Shortcut][];
    }
  /** Requests for the instance go there from now on, whatever the routes. */
  | { kind: 'shortcut'; instance: string; shortcut: Shortcut | null }
  /** Hold requests on these routes, and say `has`. */
  | { kind: 'routes'; snapshot: Snapshot }
  /** Everybody has this version: let requests go on it. The first one opens the ports. */
  | { kind: 'go'; version: number }
  /** So many processes share the places for connections. */
  | { kind: 'share'; parts: number }
  | { kind: 'certificates'; copy: CertificateCopy }
  /** Wait for the requests that are still on what the service had before, then say `drained`. */
  | { kind: 'drain'; id: number; service: ServiceKey; timeoutMs: number }
  /** The last batch was taken: the next may come. */
  | { kind: 'taken' }
  /** How a connection that was handed over ended: cut short, or of itself. */
  | { kind: 'ended'; id: number; cut: boolean }
  /** Accept no more, let requests finish, end. */
  | { kind: 'leave'; graceMs: number };

export type FromForwarder =
  | { kind: 'has'; version: number }
  /** The ports are open. */
  | { kind: 'open' }
  | { kind: 'drained'; id: number; finished: number; cut: number }
  | { kind: 'batch'; entries: EntryRow[]; turnedAway: [AwayReason, number][]; dropped: number }
  /** Once a second. `busyMs`: processor time since the start. */
  | { kind: 'pulse'; busyMs: number; connections: number; inFlight: [ServiceKey, number][] }
  | { kind: 'how-ended'; id: number }
  | {
      kind: 'log';
      level: 'debug' | 'info' | 'warn' | 'error';
      message: string;
      fields: Record<string, unknown>;
    };
