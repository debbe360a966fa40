/** The blocks of the host contract: servers and their keys, provisioning, the way through to a server's own contract. */

import * as z from 'zod/mini';
import { deploymentEvent } from '../deployer/contract.ts';
import { deployment } from '../deployer/model.ts';
import { appName, environmentName, production } from '../names.ts';
import { call, nothing, stream, upload } from '../rpc.ts';
import { address, hop, hostKey, secrets, server, serverId, sshAddress } from './address.ts';
import { connectionState, serverState, unreachableCause } from './connection.ts';
import { keeping } from './keeping.ts';
import { drift, plan, provisioned, provisionOptions, stepEvent } from './provision.ts';

const onServer = { id: serverId };
const name = z.string().check(z.minLength(1), z.maxLength(80));
/** Asked once, sent over stdin, forgotten when the call ends. */
const sudo = { sudoPassword: z.optional(z.string()) };

const serversContract = {
  'servers.list': call(nothing, z.object({ servers: z.array(z.extend(server, { state: connectionState })) })),
  /** Remembers it and starts to connect. `conflict` where the same user on the same host is there already. */
  'servers.add': call(z.object({ name, address, secrets: z.optional(secrets) }), server),
  'servers.rename': call(z.object({ ...onServer, name }), server),
  /** Forgets it on the desktop. Nothing on the server changes. */
  'servers.remove': call(z.object(onServer), nothing),
  /** Tries an address without remembering anything. Without `trusted`, stops at the host key and sends nothing. */
  'servers.test': call(
    z.object({ address: sshAddress, secrets: z.optional(secrets), trusted: z.optional(hostKey) }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('fingerprint'), hop, ...hostKey.shape }),
      z.object({ kind: z.literal('reached'), system: z.string() }),
      z.object({
        kind: z.literal('failed'),
        cause: unreachableCause,
        message: z.string(),
        hint: z.string(),
      }),
    ]),
  ),
  /** Connects now, with what the person was asked for. Answers at once; follow `servers.state`. */
  'servers.connect': call(
    z.object({
      ...onServer,
      secrets: z.optional(secrets),
      /** Keeps what was entered where `secrets.keeping` says, until the server is forgotten. */
      remember: z.optional(z.boolean()),
    }),
    nothing,
  ),
  'secrets.keeping': call(nothing, keeping),
  'servers.disconnect': call(z.object(onServer), nothing),
  /** Every server's state now, then each change. Ends only when cancelled. */
  'servers.state': stream(nothing, serverState, nothing),
  /** Pins the key the person compared. `conflict` where the server now offers another one than `sha256`. */
  'hostkey.confirm': call(
    z.object({ ...onServer, hop: z._default(hop, 'server'), ...hostKey.shape }),
    nothing,
  ),
  /** After a changed key was explained and accepted: the next connection asks for the fingerprint again. */
  'hostkey.forget': call(z.object({ ...onServer, hop: z._default(hop, 'server') }), nothing),
  /** Hosts in the person's `~/.ssh/config`, key files beside it, and whether an agent answers. */
  'ssh.suggestions': call(
    nothing,
    z.object({
      hosts: z.array(z.object({ alias: z.string(), address: sshAddress })),
      keys: z.array(z.string()),
      agent: z.boolean(),
    }),
  ),
} as const;

const provisionContract = {
  /** Looks at the server and changes nothing. */
  'provision.plan': call(z.object({ ...onServer, options: z.prefault(provisionOptions, {}), ...sudo }), plan),
  /** Looks, refuses with `failed` where a step is blocked, else applies what is needed. Safe to run again. */
  'provision.apply': stream(
    z.object({ ...onServer, options: z.prefault(provisionOptions, {}), ...sudo }),
    stepEvent,
    provisioned,
  ),
  /** What changed since, by reading the real state. With the options it was provisioned with. */
  'provision.verify': call(
    z.object({ ...onServer, ...sudo }),
    z.object({ drifts: z.array(drift), checked: z.number(), checkedAt: z.number() }),
  ),
  /**
   * Replaces the server's file by the desktop's own. The server hands over to it without losing a request; one that is too
   * old for that is restarted. Goes back by itself where the new one does not answer.
   */
  'provision.upgrade': stream(
    z.object({ ...onServer, ...sudo }),
    stepEvent,
    z.object({
      from: z.string(),
      to: z.string(),
      outcome: z.enum(['upgraded', 'unchanged', 'went-back']),
      way: z.enum(['handed-over', 'restarted', 'none']),
      /** Why it went back, where that is known; else empty. */
      why: z.string(),
    }),
  ),
  /** Takes the service away. `data: keep` leaves the apps' data and the folder it lies in. */
  'provision.uninstall': stream(
    z.object({ ...onServer, data: z._default(z.enum(['keep', 'remove']), 'keep'), ...sudo }),
    stepEvent,
    provisioned,
  ),
} as const;

const controlContract = {
  /** A `call` of the server contract. `method` must be in it; params and result are parsed by it. */
  'control.call': call(
    z.object({ ...onServer, method: z.string(), params: z.unknown() }),
    z.object({ result: z.unknown() }),
  ),
  /** A `stream` of the server contract. */
  'control.stream': stream(
    z.object({ ...onServer, method: z.string(), params: z.unknown() }),
    z.unknown(),
    z.object({ result: z.unknown() }),
  ),
  /** An `upload` of the server contract, e.g. a tar made in the browser for `uploads.create`. */
  'control.upload': upload(
    z.object({ ...onServer, method: z.string(), params: z.unknown() }),
    z.object({ result: z.unknown() }),
  ),
  /** Packs a folder of the desktop (without what its ignore files name), sends it, deploys it, follows to its end. */
  'control.deployFolder': stream(
    z.object({
      ...onServer,
      app: appName,
      environment: z._default(environmentName, production),
      path: z.string().check(z.minLength(1)),
    }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('sending'), bytes: z.number() }),
      z.object({
        kind: z.literal('sent'),
        bytes: z.number(),
        files: z.number(),
        leftOut: z.array(z.string()),
      }),
      z.object({ kind: z.literal('queued'), deployment }),
      z.object({ kind: z.literal('deployment'), event: deploymentEvent }),
    ]),
    deployment,
  ),
} as const;

const localContract = {
  /** Starts the server of this computer, and adds it to the list where it is not there. */
  'local.start': call(nothing, server),
  /** Ends it and its apps. */
  'local.stop': call(nothing, nothing),
  'local.status': call(
    nothing,
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('stopped') }),
      z.object({ kind: z.literal('running'), pid: z.number(), http: z.nullable(z.string()) }),
      /** No file for this computer's platform came with the desktop. */
      z.object({ kind: z.literal('unsupported'), message: z.string() }),
    ]),
  ),
} as const;

export const desktopContract = {
  ...serversContract,
  ...provisionContract,
  ...controlContract,
  ...localContract,
} as const;
