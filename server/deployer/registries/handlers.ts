/** The methods about logins of registries. No answer has a password in it. */

import { WindlassError } from '../../../shared/errors.ts';
import { production } from '../../../shared/names.ts';
import type { Handlers } from '../../kernel/feature.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { AppStore } from '../app-store.ts';
import { checkLogin } from '../engine/check-login.ts';
import { addressOf, dockerLogins, registryName } from '../engine/credentials.ts';
import type { Engine } from '../engine/engine.ts';
import type { Orders } from '../orders.ts';
import type { RegistryStore } from './registry-store.ts';

export interface RegistryParts {
  registries: RegistryStore;
  apps: AppStore;
  orders: Pick<Orders, 'ensureEnvironment'>;
  engine: Engine;
  /** `~/.docker` of the server's user. */
  dockerFolder: string;
}

export function registryHandlers({ clock, store }: Kernel, parts: RegistryParts): Handlers {
  const { registries, apps, orders, engine, dockerFolder } = parts;
  const appIdOf = (app: string | undefined) => (app === undefined ? null : apps.app(app).id);

  return {
    'registries.list': async () => ({
      logins: registries.list(),
      fromDocker: (await dockerLogins(dockerFolder)).map(({ serveraddress, username }) => ({
        registry: registryName(serveraddress),
        username,
      })),
    }),
    'registries.add': async ({ username, password, app, check, ...named }) => {
      const registry = registryName(named.registry);
      if (check) {
        await checkLogin(engine, registry, { username, password, serveraddress: addressOf(registry) });
      }
      return store.transaction(() => {
        // A login may be there before the first deployment, which needs it.
        const appId = app === undefined ? null : orders.ensureEnvironment(app, production).appId;
        const now = clock.now();
        registries.put({ registry, appId, username, password, now });
        return { registry, app: app ?? null, username, addedAt: now };
      });
    },
    'registries.remove': ({ app, ...named }) => {
      const registry = registryName(named.registry);
      if (registries.remove(registry, appIdOf(app))) return {};
      throw noLogin(registry, app);
    },
    'registries.check': async ({ app, ...named }) => {
      const registry = registryName(named.registry);
      const found = registries
        .usable(appIdOf(app))
        .find((each) => each.registry === registry && each.app === (app ?? null));
      if (found === undefined) throw noLogin(registry, app);
      const { username, password } = found;
      await checkLogin(engine, registry, { username, password, serveraddress: addressOf(registry) });
      return { registry, username };
    },
  };
}

function noLogin(registry: string, app: string | undefined): WindlassError {
  return new WindlassError(
    'not-found',
    `there is no login for ${registry}${app === undefined ? ' that is for all apps' : ` that is for ${app}`}`,
    { hint: '`windlass registry` shows those there are.' },
  );
}
