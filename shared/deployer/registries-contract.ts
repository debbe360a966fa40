/** Logins of registries, in the server contract: they go in, and only their names come out. */

import * as z from 'zod/mini';
import { appName } from '../names.ts';
import { call, nothing } from '../rpc.ts';

/** `host[:port]`; an address with a scheme or a path is taken as its host. */
const registry = z
  .string()
  .check(
    z.maxLength(255),
    z.regex(
      /^(https?:\/\/)?([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(:\d{1,5})?(\/.*)?$/i,
      'a registry is named by its host, like ghcr.io or registry.example.com:5000',
    ),
  );

const registryLogin = z.object({
  registry: z.string(),
  /** The one app it is for; null for all. */
  app: z.nullable(z.string()),
  username: z.string(),
  /** ms since the epoch. */
  addedAt: z.number(),
});
export type RegistryLoginRow = z.infer<typeof registryLogin>;

const whose = z.object({
  registry,
  /** Default: the login for all apps. */
  app: z.optional(appName),
});

export const registriesContract = {
  'registries.list': call(
    nothing,
    z.object({
      logins: z.array(registryLogin),
      /** What `docker login` on the server left; used where there is none above. */
      fromDocker: z.array(z.object({ registry: z.string(), username: z.string() })),
    }),
  ),
  /** In place of the one before. With `check` only once the registry took it. */
  'registries.add': call(
    z.extend(whose, {
      username: z
        .string()
        .check(z.minLength(1), z.maxLength(255), z.regex(/^[^:\s]+$/, 'a user has no : and no space')),
      password: z.string().check(z.minLength(1), z.maxLength(16_384)),
      check: z._default(z.boolean(), true),
    }),
    registryLogin,
  ),
  'registries.remove': call(whose, nothing),
  /** Whether the registry takes it. Throws where it does not. */
  'registries.check': call(whose, z.object({ registry: z.string(), username: z.string() })),
} as const;
