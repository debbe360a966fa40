/** Which login an app shows which registry: its own before that of all apps, before what `docker login` left here. */

import type { AppStore } from '../app-store.ts';
import { addressOf, dockerLogins, type RegistryLogin, registryOf } from '../engine/credentials.ts';
import type { RegistryStore } from './registry-store.ts';

export interface Logins {
  /** Null where the registry is asked without. */
  find(app: string, reference: string): Promise<RegistryLogin | null>;
  /** One a registry: all that a build of this app may show. */
  all(app: string): Promise<RegistryLogin[]>;
}

/** `dockerFolder` is `~/.docker` of the server's user. */
export function createLogins(
  registries: RegistryStore,
  apps: Pick<AppStore, 'apps'>,
  dockerFolder: string,
): Logins {
  const all = async (app: string) => {
    const appId = apps.apps().find(({ name }) => name === app)?.id ?? null;
    const best = new Map<string, RegistryLogin>();
    for (const login of await dockerLogins(dockerFolder)) best.set(login.serveraddress, login);
    const kept = registries.usable(appId).sort((a, b) => Number(a.app !== null) - Number(b.app !== null));
    for (const { registry, username, password } of kept) {
      const serveraddress = addressOf(registry);
      best.set(serveraddress, { username, password, serveraddress });
    }
    return [...best.values()];
  };
  return {
    all,
    async find(app, reference) {
      const address = addressOf(registryOf(reference));
      return (await all(app)).find(({ serveraddress }) => serveraddress === address) ?? null;
    },
  };
}
