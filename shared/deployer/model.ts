/** The nouns of deploying as they are shown and sent: app, release, deployment, instance. Times are ms since the epoch. */

import * as z from 'zod/mini';

/** `[host/]name[:tag][@digest]`, as registries have it. */
export const imageReference =
  /^(?=.{1,255}$)[a-z0-9][\w.:-]*(\/[a-z0-9][a-z0-9._-]*)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/i;

/** Where a deployment's files come from. */
export const source = z.discriminatedUnion('kind', [
  /** A tar (plain or gzip) sent before by `uploads.create`. `from` is what it was made of, for people. */
  z.object({ kind: z.literal('upload'), upload: z.string(), from: z.string() }),
  z.object({ kind: z.literal('git'), url: z.string(), ref: z.optional(z.string()) }),
  /** An image, taken from the server's engine or pulled. */
  z.object({ kind: z.literal('image'), reference: z.string().check(z.regex(imageReference)) }),
  /** An older release of the same app: a rollback, a promotion, a restart with new variables. */
  z.object({ kind: z.literal('release'), release: z.number() }),
]);
export type Source = z.infer<typeof source>;

export const phases = [
  'queued',
  'fetching',
  'building',
  'starting',
  'checking',
  'switching',
  'watching',
  'live',
  'failed',
  'cancelled',
  'superseded',
  'rolled-back',
] as const;
export const phase = z.enum(phases);
/** `live`, `failed`, `cancelled`, `superseded` and `rolled-back` are final. */
export type Phase = z.infer<typeof phase>;

/** Why a deployment ended badly. `logTail` are the last lines the build or the instance wrote. */
export const failure = z.object({
  phase,
  message: z.string(),
  hint: z.optional(z.string()),
  logTail: z.array(z.string()),
});
export type Failure = z.infer<typeof failure>;

const deploymentKind = z.enum(['deploy', 'rollback', 'promote', 'restart']);

export const deployment = z.object({
  id: z.string(),
  app: z.string(),
  environment: z.string(),
  kind: deploymentKind,
  source,
  phase,
  /** The release it makes live; null until it is built. */
  release: z.nullable(z.number()),
  /** The release that served before it. */
  previousRelease: z.nullable(z.number()),
  failure: z.nullable(failure),
  /** What speaks against it, though it stays: it was live when far more errors were reported than before. */
  warning: z.optional(z.nullable(z.string())),
  createdAt: z.number(),
  finishedAt: z.nullable(z.number()),
  /** When each phase began. */
  phaseTimes: z.array(z.object({ phase, at: z.number() })),
  /** Where it answers, once switched. */
  url: z.nullable(z.string()),
  /** While it waits: how many are before it, in its environment or for the one build at a time. */
  ahead: z.optional(z.number()),
});
export type Deployment = z.infer<typeof deployment>;

export const release = z.object({
  app: z.string(),
  environment: z.string(),
  number: z.number(),
  runtime: z.string(),
  preset: z.string(),
  /** What the release was made of, for people: a folder, a URL with a commit, a file. */
  from: z.string(),
  createdAt: z.number(),
  /** Size of its artefact, bytes. */
  bytes: z.number(),
  /** `live`: serves now. `warm`: its instances still run. `cold`: can be started. `pruned`: its files are gone. */
  state: z.enum(['live', 'warm', 'cold', 'pruned']),
});
export type Release = z.infer<typeof release>;

export const instance = z.object({
  id: z.string(),
  /** The Compose service that runs beside the app; absent for what serves. */
  service: z.optional(z.string()),
  release: z.number(),
  runtime: z.string(),
  state: z.enum(['starting', 'running', 'restarting', 'crash-looping', 'stopped']),
  address: z.nullable(z.string()),
  restarts: z.number(),
  /** Resident bytes of its whole process tree; null where unknown. */
  memory: z.nullable(z.number()),
  startedAt: z.number(),
  /** How it last ended, for people: `exit code 1`, `killed (out of memory at 512 MB)`. */
  lastExit: z.nullable(z.string()),
});
export type Instance = z.infer<typeof instance>;

export const environment = z.object({
  name: z.string(),
  /** `empty`: nothing was ever live. `stopped`: by hand. `degraded`: fewer instances answer than there should be. `asleep`: the next request starts it. */
  state: z.enum(['empty', 'running', 'degraded', 'stopped', 'paused', 'asleep']),
  liveRelease: z.nullable(z.number()),
  urls: z.array(z.string()),
  instances: z.array(instance),
  /** How many instances there should be. */
  scale: z.number(),
  /** How the live release is checked and limited. Missing where nothing is live, and for files, which need neither. */
  live: z.optional(
    z.object({
      /** Times in seconds. */
      health: z.object({ path: z.string(), timeout: z.number(), watch: z.number() }),
      /** `memory` as in windlass.json, `512m`; `cpu` in cores; null for no limit. */
      limits: z.object({ memory: z.nullable(z.string()), cpu: z.nullable(z.number()) }),
    }),
  ),
  /** The deployment under way, if any. */
  deployment: z.nullable(z.object({ id: z.string(), phase })),
});
export type Environment = z.infer<typeof environment>;

export const app = z.object({
  name: z.string(),
  createdAt: z.number(),
  environments: z.array(environment),
});
export type App = z.infer<typeof app>;

/** A line that a build or an instance wrote, or that Windlass wrote about it. */
export const logLine = z.object({
  at: z.number(),
  release: z.nullable(z.number()),
  /** An instance id, or `build`, or `windlass`. */
  origin: z.string(),
  text: z.string(),
});
export type LogLine = z.infer<typeof logLine>;
