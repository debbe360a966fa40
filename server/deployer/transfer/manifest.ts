/** What an exported app says about itself: the first file in the archive. */

import * as z from 'zod/mini';
import { appConfig, presetName } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import { appName, variableName } from '../../../shared/names.ts';

export const manifestName = 'windlass-export.json';
/** The files of a release that is a folder. */
export const releaseFolder = 'release';
/** An image, as `docker save` writes it, unpacked. */
export const imageFolder = 'image';
/** A folder for each volume; a tar for each one of a container, which keeps whose its files are. */
export const volumesFolder = 'volumes';

const launch = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('static'), root: z.string(), spa: z.boolean() }),
  z.object({
    kind: z.literal('process'),
    argv: z.array(z.string()).check(z.minLength(1)),
    cwd: z.string(),
    javascript: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('builtin') }),
      z.object({ kind: z.literal('node'), version: z.string() }),
    ]),
    writable: z._default(z.array(z.string()), []),
  }),
  z.object({
    kind: z.literal('container'),
    port: z.nullable(z.int().check(z.gte(1), z.lte(65_535))),
    /** Null for what the image says itself. */
    argv: z.nullable(z.array(z.string()).check(z.minLength(1))),
  }),
]);

const manifest = z.object({
  /** Of this file's form; only ever raised. */
  format: z.literal(1),
  app: appName,
  release: z.object({
    number: z.number(),
    preset: presetName,
    runtime: z.enum(['native', 'static', 'docker']),
    launch,
    config: appConfig,
    from: z.string(),
  }),
  variables: z.array(variableName),
  /** The values, by `sealVariables`; null where they stayed behind. */
  sealed: z.nullable(z.string()),
  volumes: z.array(z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,39}$/))),
});
export type Manifest = z.infer<typeof manifest>;

/** Throws `WindlassError('invalid')` for what is no export, or of a later form. */
export function parseManifest(text: string): Manifest {
  const refuse = (cause: unknown) =>
    new WindlassError('invalid', 'this file is no exported app, or of a newer Windlass', {
      hint: '`windlass export APP FILE` makes one; upgrade this server if it is the older one.',
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse(error);
  }
  const parsed = z.safeParse(manifest, value);
  if (!parsed.success) throw refuse(parsed.error);
  const { launch: plan } = parsed.data.release;
  if ((plan.kind === 'container') !== (parsed.data.release.runtime === 'docker')) {
    throw refuse('its launch plan is for another runtime');
  }
  const places = placesOf(plan);
  // What is written or served must stay inside the release, whoever made the file.
  if (places.some((place) => place.startsWith('/') || place.split('/').includes('..'))) {
    throw refuse('a path leaves the release');
  }
  return parsed.data;
}

function placesOf(plan: Manifest['release']['launch']): string[] {
  switch (plan.kind) {
    case 'static':
      return [plan.root];
    case 'process':
      return [plan.cwd, ...plan.writable];
    case 'container':
      return [];
  }
}
