/** Asks a registry whether it takes a login: by the engine, as that is who will show it. */

import { WindlassError } from '../../../shared/errors.ts';
import type { RegistryLogin } from './credentials.ts';
import { wordsOf } from './docker.ts';
import type { Engine } from './engine.ts';
import { registryFailure, registryRefusal } from './registry-words.ts';

/** Throws `forbidden` where it is turned down, `unavailable` where registry or engine cannot be asked. */
export async function checkLogin(engine: Engine, registry: string, login: RegistryLogin): Promise<void> {
  const docker = await engine.client();
  try {
    await docker.checkAuth(login);
  } catch (cause) {
    const words = wordsOf(cause);
    if (registryRefusal(words) === 'unauthorized') {
      throw new WindlassError('forbidden', `${registry} turns down the login of ${login.username}`, {
        hint: 'Check name and password; many registries (Docker Hub, GitHub, GitLab) want an access token in its place.',
        cause,
      });
    }
    throw registryFailure({ what: 'the login', registry, login, words, cause });
  }
}
