/** Logins of registries, as `docker login` on this machine keeps them. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';

export interface RegistryLogin {
  username: string;
  password: string;
  serveraddress: string;
}

const configFile = z.object({
  auths: z.optional(z.record(z.string(), z.object({ auth: z.optional(z.string()) }))),
});

/** `folder` is `~/.docker`. Null where nobody logged in there; credential helpers are not asked. */
export async function registryLogin(folder: string, reference: string): Promise<RegistryLogin | null> {
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const found = z.safeParse(configFile, JSON.parse(text));
  const registry = registryOf(reference);
  const address = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
  const auth = found.success ? found.data.auths?.[address]?.auth : undefined;
  if (auth === undefined) return null;
  const [username = '', ...rest] = Buffer.from(auth, 'base64').toString().split(':');
  return { username, password: rest.join(':'), serveraddress: address };
}

/** The host in front of the name: it has a dot or a port, or is localhost; else it is Docker Hub. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}
