/** `windlass.json`: its shape and its defaults. The JSON Schema in resources/ is generated from this file. */

import * as z from 'zod/mini';
import { variableName } from '../names.ts';
import { ruleShape } from '../proxy/rules.ts';

const bytes = z
  .string()
  .check(z.regex(/^\d+(\.\d+)?[kmg]$/, 'a size is a number with k, m or g behind it, like "512m"'));
const seconds = z.number().check(z.positive(), z.maximum(3600));
const commandLine = z.string().check(z.regex(/\S/, 'a command is not empty'));
const urlPath = z
  .string()
  .check(z.regex(/^\/[^\s?#]*$/, 'a path starts with "/" and has no spaces, "?" or "#"'));

export const presetName = z.enum([
  'auto',
  'static',
  'node',
  'bun',
  'nextjs',
  'vite',
  'astro',
  'nuxt',
  'sveltekit',
  'react-router',
  'docusaurus',
  'rsbuild',
  'angular',
  'dockerfile',
  'compose',
  'python',
  'go',
  'rust',
  'ruby',
  'php',
  'java',
  'dotnet',
]);
export type PresetName = z.infer<typeof presetName>;

export const appConfig = z.strictObject({
  $schema: z.optional(z.string()),
  build: z.optional(
    z.strictObject({
      preset: z.optional(presetName),
      /** Replaces the preset's build command. */
      command: z.optional(z.string()),
      /** The folder the build writes, relative to the app's folder. */
      output: z.optional(z.string()),
      dockerfile: z.optional(z.string()),
      /** Most memory the whole build may use. */
      memory: z.optional(bytes),
      /** Most seconds the whole build may take. */
      timeout: z.optional(z.number().check(z.positive(), z.maximum(86_400))),
      /** Most bytes the build's folder may grow to. */
      disk: z.optional(bytes),
    }),
  ),
  /** Replaces the preset's start command. */
  start: z.optional(z.string()),
  /** Where the app listens in its container. Natively the app is told by `PORT`. */
  port: z.optional(z.number().check(z.int(), z.minimum(1), z.maximum(65_535))),
  instances: z.optional(z.number().check(z.int(), z.minimum(1), z.maximum(64))),
  /** `builtin`: the runtime inside Windlass. `node`: Node itself, fetched once per version. `docker`: in a container. */
  runtime: z.optional(z.enum(['builtin', 'node', 'docker'])),
  health: z.optional(
    z.strictObject({
      path: z.optional(urlPath),
      timeout: z.optional(seconds),
      interval: z.optional(seconds),
      watch: z.optional(z.number().check(z.minimum(0), z.maximum(3600))),
      /** What errors reported of it, far above the release before, lead to while it is watched. */
      errors: z.optional(z.enum(['off', 'warn', 'rollback'])),
    }),
  ),
  limits: z.optional(
    z.strictObject({
      memory: z.optional(bytes),
      cpu: z.optional(z.number().check(z.positive(), z.maximum(256))),
    }),
  ),
  volumes: z.optional(
    z.array(
      z.strictObject({
        name: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'a volume name has a-z, 0-9 and -')),
        path: z.string(),
      }),
    ),
  ),
  /** A command that runs once per deployment, after the build and before any request reaches the release. */
  release: z.optional(commandLine),
  cron: z.optional(
    z
      .array(
        z.strictObject({
          /** Default: the command's own words. */
          name: z.optional(
            z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'a job name has a-z, 0-9 and -')),
          ),
          /** Five fields, or a word like `@daily`. */
          schedule: z
            .string()
            .check(
              z.regex(
                /^\s*(@[a-z]+|\S+(\s+\S+){4})\s*$/,
                'a schedule has five fields, like "0 3 * * *", or is a word like "@daily"',
              ),
            ),
          command: commandLine,
          /** IANA name. */
          timezone: z.optional(z.string()),
          overlap: z.optional(z.enum(['skip', 'queue', 'allow'])),
          timeout: z.optional(z.number().check(z.positive(), z.maximum(86_400))),
        }),
      )
      .check(z.maxLength(50)),
  ),
  /** Instances end after this many seconds without a request; the next request starts them again. */
  sleep: z.optional(z.strictObject({ after: z.number().check(z.minimum(1), z.maximum(604_800)) })),
  compose: z.optional(
    z.strictObject({
      /** The Compose file, relative to the app's folder. */
      file: z.optional(z.string()),
      /** The service that serves. */
      web: z.optional(z.string()),
    }),
  ),
  /** Variables a container finds in `/run/secrets/<NAME>` instead of its environment. */
  secretFiles: z.optional(z.array(variableName).check(z.maxLength(100))),
  /** A container may write to its volumes and to /tmp only. */
  readOnly: z.optional(z.boolean()),
  static: z.optional(z.strictObject({ spa: z.optional(z.boolean()) })),
  routes: z.optional(
    z.array(z.strictObject({ path: urlPath, strip: z.optional(z.boolean()) })).check(z.minLength(1)),
  ),
  ...ruleShape,
});
export type AppConfig = z.infer<typeof appConfig>;

/** The figures that hold where `windlass.json` is silent. Times in seconds. */
export const configDefaults = {
  instances: 1,
  health: { path: '/', timeout: 60, interval: 1, watch: 60, errors: 'warn' },
  build: { timeout: 1800 },
  cron: { timezone: 'UTC', overlap: 'skip', timeout: 3600 },
} as const;

/** Bytes of a size like `512m`; units are powers of 1024. */
export function parseBytes(size: string): number {
  const unit = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[size.slice(-1)];
  if (unit === undefined) throw new RangeError(`not a size: ${size}`);
  return Math.floor(Number(size.slice(0, -1)) * unit);
}
