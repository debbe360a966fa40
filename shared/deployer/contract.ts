/** The deployer's block of the server contract: apps, deployments, releases, instances, variables, logs. */

import * as z from 'zod/mini';
import { appName, environmentName, production, variableName } from '../names.ts';
import { call, nothing, stream, upload } from '../rpc.ts';
import { history } from './commit.ts';
import { app, deployment, logLine, phase, release, source } from './model.ts';

const inApp = { app: appName };
const inEnvironment = { app: appName, environment: z._default(environmentName, production) };

export const deploymentEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('phase'), phase, at: z.number(), note: z.optional(z.string()) }),
  z.object({ kind: z.literal('line'), line: logLine }),
]);
export type DeploymentEvent = z.infer<typeof deploymentEvent>;

export const deployerContract = {
  'apps.list': call(nothing, z.object({ apps: z.array(app) })),
  'apps.get': call(z.object(inApp), app),
  /** Stops everything of the app and frees its hosts. Volumes are kept unless `volumes` is true. */
  'apps.remove': call(z.object({ ...inApp, volumes: z._default(z.boolean(), false) }), nothing),
  'apps.stop': call(z.object(inEnvironment), nothing),
  'apps.start': call(z.object(inEnvironment), nothing),
  'apps.scale': call(
    z.object({ ...inEnvironment, instances: z.number().check(z.int(), z.minimum(1), z.maximum(64)) }),
    deployment,
  ),
  'apps.restart': call(z.object(inEnvironment), deployment),

  /** The body is a tar, plain or gzip. It is kept until a deployment used it, or for a day. */
  'uploads.create': upload(nothing, z.object({ upload: z.string(), bytes: z.number(), sha256: z.string() })),

  /** Queues it and answers at once; a queued older one of the same environment is superseded. */
  'deployments.create': call(
    z.object({ ...inEnvironment, source, history: z.optional(history) }),
    deployment,
  ),
  'deployments.get': call(z.object({ id: z.string() }), deployment),
  'deployments.list': call(
    z.object({ ...inApp, environment: z.optional(environmentName), limit: z._default(z.number(), 20) }),
    z.object({ deployments: z.array(deployment) }),
  ),
  'deployments.cancel': call(z.object({ id: z.string() }), deployment),
  /** Everything from its start, then live. Ends when it is `watching` or final; with `toEnd`, only when final. */
  'deployments.follow': stream(
    z.object({ id: z.string(), toEnd: z._default(z.boolean(), false) }),
    deploymentEvent,
    deployment,
  ),

  'releases.list': call(
    z.object({ ...inApp, environment: z.optional(environmentName) }),
    z.object({ releases: z.array(release) }),
  ),
  /** To `to`, or to the release that was live before. `tookMs` from the request to the proxy's answer from it. */
  'releases.rollback': call(
    z.object({ ...inEnvironment, to: z.optional(z.number().check(z.int(), z.positive())) }),
    z.object({ deployment, warm: z.boolean(), tookMs: z.number() }),
  ),
  /** Makes what is live in `from` a new release of `environment`, with that environment's own variables. */
  'releases.promote': call(z.object({ ...inEnvironment, from: environmentName }), deployment),

  'env.list': call(
    z.object(inEnvironment),
    z.object({ variables: z.array(z.object({ name: z.string(), value: z.string() })) }),
  ),
  /** Takes effect with the next deployment; `deployed` tells whether one was made by `apply`. */
  'env.set': call(
    z.object({
      ...inEnvironment,
      set: z._default(z.record(variableName, z.string().check(z.maxLength(65_536))), {}),
      unset: z._default(z.array(variableName), []),
      apply: z._default(z.boolean(), false),
    }),
    z.object({ names: z.array(z.string()), deployment: z.nullable(deployment) }),
  ),

  'logs.read': stream(
    z.object({
      ...inEnvironment,
      release: z.optional(z.number()),
      /** A JavaScript regular expression. */
      grep: z.optional(z.string()),
      /** Only lines at or after this time, ms since the epoch. */
      since: z.optional(z.number()),
      /** At most this many of the newest lines first. */
      tail: z._default(z.number().check(z.int(), z.minimum(0), z.maximum(100_000)), 1000),
      follow: z._default(z.boolean(), false),
      /** `run`: what instances wrote. `build`: what the build wrote. */
      kind: z._default(z.enum(['run', 'build']), 'run'),
    }),
    logLine,
    z.object({ lines: z.number() }),
  ),
} as const;
