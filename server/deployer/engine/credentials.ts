/** How a registry is named and shown a login, and the logins that `docker login` keeps on this machine. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';

export interface RegistryLogin {
  username: string;
  password: string;
  /** What engines call the registry: `host[:port]`, and Docker Hub by an address of its own. */
  serveraddress: string;
}

export const dockerHub = 'docker.io';
const hubAddress = 'https://index.docker.io/v1/';
/** Names that people and tools have for it. */
const hubNames = new Set([dockerHub, 'index.docker.io', 'registry-1.docker.io', 'hub.docker.com']);

const configFile = z.object({
  auths: z.optional(z.record(z.string(), z.object({ auth: z.optional(z.string()) }))),
});

/** The host in front of the name: it has a dot or a port, or is localhost; else it is Docker Hub. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  const host = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : dockerHub;
  return registryName(host);
}

/** `host[:port]` of what people write: an address with a scheme or a path, any case, any name of Docker Hub. */
export function registryName(text: string): string {
  const [host = ''] = text
    .trim()
    .replace(/^https?:\/\//i, '')
    .split('/');
  const name = host.toLowerCase();
  return hubNames.has(name) ? dockerHub : name;
}

export function addressOf(registry: string): string {
  return registry === dockerHub ? hubAddress : registry;
}

/** All logins in `folder`, which is `~/.docker`. None where nobody logged in there; credential helpers are not asked. */
export async function dockerLogins(folder: string): Promise<RegistryLogin[]> {
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => '{}');
  const { auths = {} } = parseConfig(text);
  return Object.entries(auths).flatMap(([address, { auth }]) => {
    if (auth === undefined || auth === '') return [];
    const [username = '', ...rest] = Buffer.from(auth, 'base64').toString().split(':');
    return [{ username, password: rest.join(':'), serveraddress: addressOf(registryName(address)) }];
  });
}

/** Docker's own file: what cannot be read of it is as if it were not there, as it is for `docker` without helpers. */
function parseConfig(text: string): z.infer<typeof configFile> {
  try {
    const parsed = z.safeParse(configFile, JSON.parse(text));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}
