/** The line to a server as a state machine: what happened goes in, the next state and what to do come out. Pure. */

import type { HostKey } from '../../shared/desktop/address.ts';
import type { ConnectionState, ControlCause, UnreachableCause } from '../../shared/desktop/connection.ts';
import { unreachable } from '../../shared/errors.ts';
import { retryDelay } from './retry-delay.ts';

type Waiting = Extract<ConnectionState, { kind: 'awaiting-secret' }>['secret'];
type Hop = 'server' | 'jump';

export type ConnectionEvent =
  | { kind: 'connect' }
  | { kind: 'disconnect' }
  | { kind: 'fingerprint'; hop: Hop; offered: HostKey }
  | { kind: 'key-changed'; hop: Hop; pinned: HostKey; offered: HostKey }
  | { kind: 'secret'; secret: Waiting; wrong: boolean }
  | { kind: 'failed'; cause: UnreachableCause; message: string; hint: string }
  /** ssh stands; the control socket is not asked yet. */
  | { kind: 'opened' }
  | { kind: 'control-up'; via: 'forward' | 'bridge' | 'local'; version: string }
  | { kind: 'control-down'; cause: ControlCause; message: string; hint: string }
  /** The wait that was asked for is over. */
  | { kind: 'due' };

export type ConnectionEffect =
  | { kind: 'open' }
  | { kind: 'close' }
  /** Ask the control socket whether it answers. */
  | { kind: 'ask' }
  /** Come back with `due`; replaces an earlier wait. */
  | { kind: 'wait'; ms: number }
  | { kind: 'stop-waiting' };

export interface Connection {
  readonly shown: ConnectionState;
  /** Failures in a row. */
  readonly failures: number;
  /** Whether ssh stands. */
  readonly open: boolean;
}

export const startConnection: Connection = { shown: { kind: 'disconnected' }, failures: 0, open: false };

/** Between looks at a control socket that answers, and at one that does not, ms. */
const healthyLookMs = 15_000;
const lostLookMs = 3000;

/** `now` in ms since the epoch. */
export function nextConnection(
  from: Connection,
  event: ConnectionEvent,
  now: number,
): { to: Connection; effects: ConnectionEffect[] } {
  const stay = (effects: ConnectionEffect[] = []) => ({ to: from, effects });
  const halt = (shown: ConnectionState) => ({
    to: { shown, failures: 0, open: false },
    effects: [{ kind: 'stop-waiting' }, { kind: 'close' }] as ConnectionEffect[],
  });
  if (from.shown.kind === 'disconnected' && event.kind !== 'connect') return stay();
  switch (event.kind) {
    case 'connect':
      if (from.open || from.shown.kind === 'connecting') return stay();
      return {
        to: { shown: { kind: 'connecting', attempt: 1 }, failures: 0, open: false },
        effects: [{ kind: 'stop-waiting' }, { kind: 'open' }],
      };
    case 'disconnect':
      return halt({ kind: 'disconnected' });
    case 'fingerprint':
      return halt({ kind: 'awaiting-fingerprint', hop: event.hop, ...event.offered });
    case 'key-changed':
      return halt(changedKey(event.hop, event.pinned, event.offered));
    case 'secret':
      return halt({ kind: 'awaiting-secret', secret: event.secret, wrong: event.wrong });
    case 'failed': {
      const { cause, message, hint } = event;
      // Trying again by itself would only lock the person out, or wear down the log there.
      if (cause === 'auth') return halt({ kind: 'unreachable', cause, message, hint, retryAt: null });
      const failures = from.failures + 1;
      const ms = retryDelay(failures);
      return {
        to: {
          shown: { kind: 'unreachable', cause, message, hint, retryAt: now + ms },
          failures,
          open: false,
        },
        effects: [{ kind: 'close' }, { kind: 'wait', ms }],
      };
    }
    case 'opened':
      return { to: { ...from, open: true }, effects: [{ kind: 'ask' }] };
    case 'control-up': {
      if (!from.open) return stay();
      const { via, version } = event;
      const since = from.shown.kind === 'connected' ? from.shown.since : now;
      return {
        to: { shown: { kind: 'connected', since, via, version }, failures: 0, open: true },
        effects: [{ kind: 'wait', ms: healthyLookMs }],
      };
    }
    case 'control-down': {
      if (!from.open) return stay();
      const { cause, message, hint } = event;
      const same = from.shown.kind === 'control-lost' && from.shown.cause === cause;
      const since = same && from.shown.kind === 'control-lost' ? from.shown.since : now;
      return {
        to: { shown: { kind: 'control-lost', cause, since, message, hint }, failures: 0, open: true },
        effects: [{ kind: 'wait', ms: cause === 'not-installed' ? healthyLookMs : lostLookMs }],
      };
    }
    case 'due':
      if (from.open) return stay([{ kind: 'ask' }]);
      if (from.shown.kind !== 'unreachable' || from.shown.retryAt === null) return stay();
      return {
        to: { ...from, shown: { kind: 'connecting', attempt: from.failures + 1 } },
        effects: [{ kind: 'open' }],
      };
    default:
      return unreachable(event);
  }
}

function changedKey(hop: Hop, pinned: HostKey, offered: HostKey): ConnectionState {
  const which = hop === 'jump' ? 'The machine in between' : 'The server';
  return {
    kind: 'unreachable',
    cause: 'host-key-changed',
    message: `${which} identifies itself with another key than before; nothing was sent to it`,
    hint: 'If it was reinstalled, compare the new fingerprint with the one its console shows, then forget the old key. If not, somebody may stand between.',
    retryAt: null,
    keys: { hop, pinned, offered },
  };
}
