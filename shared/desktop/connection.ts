/** The states of the line to a server, each with what a person needs to know. */

import * as z from 'zod/mini';
import { hop, hostKey, serverId } from './address.ts';

/**
 * Why a server cannot be reached.
 * - `refused`: the machine answers, nothing listens on that port.
 * - `timeout`: no answer at all; a firewall, or the wrong address.
 * - `unknown-host`: the name resolves to nothing.
 * - `host-key-changed`: another key than the pinned one; nothing was sent.
 * - `auth`: the server took none of the proofs.
 * - `down`: it was reached before and is not now (no route, connection reset).
 * - `jump`: the machine in between could not be reached or refuses to pass on.
 */
export const unreachableCause = z.enum([
  'refused',
  'timeout',
  'unknown-host',
  'host-key-changed',
  'auth',
  'down',
  'jump',
]);
export type UnreachableCause = z.infer<typeof unreachableCause>;

/**
 * Why ssh works and the control socket does not. The apps may well be up.
 * - `not-installed`: there is no windlass on the server yet.
 * - `stopped`: it is installed and its service does not run.
 * - `forbidden`: this user may not open the socket.
 * - `no-answer`: the service runs and does not answer.
 */
export const controlCause = z.enum(['not-installed', 'stopped', 'forbidden', 'no-answer']);
export type ControlCause = z.infer<typeof controlCause>;

const told = { message: z.string(), hint: z.string() };

export const connectionState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('disconnected') }),
  /** `attempt` counts from 1. */
  z.object({ kind: z.literal('connecting'), attempt: z.number() }),
  /** Nothing was sent yet. `hostkey.confirm` goes on. */
  z.object({ kind: z.literal('awaiting-fingerprint'), hop, ...hostKey.shape }),
  /** `wrong`: one was tried and refused. `servers.connect` with the secret goes on. */
  z.object({
    kind: z.literal('awaiting-secret'),
    secret: z.enum(['password', 'passphrase', 'jumpPassword', 'jumpPassphrase']),
    wrong: z.boolean(),
  }),
  /** `via`: how the control socket is reached. `version` of the server's file. */
  z.object({
    kind: z.literal('connected'),
    since: z.number(),
    via: z.enum(['forward', 'bridge', 'local']),
    version: z.string(),
  }),
  z.object({ kind: z.literal('control-lost'), cause: controlCause, since: z.number(), ...told }),
  /** `retryAt`: when it is tried again by itself, ms since the epoch; null where that would be pointless. */
  z.object({
    kind: z.literal('unreachable'),
    cause: unreachableCause,
    ...told,
    retryAt: z.nullable(z.number()),
    /** With `host-key-changed`: what was pinned and what was offered. */
    keys: z.optional(z.object({ hop, pinned: hostKey, offered: hostKey })),
  }),
]);
export type ConnectionState = z.infer<typeof connectionState>;

export const serverState = z.object({ id: serverId, state: connectionState });
export type ServerState = z.infer<typeof serverState>;
