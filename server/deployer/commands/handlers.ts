/** The methods of one-off commands. */

import { WindlassError } from '../../../shared/errors.ts';
import type { Handlers } from '../../kernel/feature.ts';
import type { AppStore, EnvironmentRow } from '../app-store.ts';
import type { ReleaseRow, ReleaseStore } from '../release-store.ts';
import type { Commands } from './commands.ts';

export function commandHandlers(parts: {
  apps: AppStore;
  releases: ReleaseStore;
  commands: Commands;
}): Handlers {
  return {
    async 'commands.run'({ app, environment: name, argv }, { emit, signal }) {
      const environment = parts.apps.environment(app, name);
      const { why, ...end } = await parts.commands.run({
        environment,
        release: liveRelease(environment, parts.releases),
        argv,
        onLine: (text) => emit({ text }),
        signal,
        timeoutMs: null,
      });
      if (why !== 'ended') throw new WindlassError('cancelled', 'the command was ended');
      return end;
    },
  };
}

/** Throws `WindlassError('conflict')` where nothing is live. */
export function liveRelease(environment: EnvironmentRow, releases: ReleaseStore): ReleaseRow {
  if (environment.liveRelease === null) {
    throw new WindlassError('conflict', `nothing is live in ${environment.app} ${environment.name}`, {
      hint: 'Deploy something to it first.',
    });
  }
  return releases.get(environment.appId, environment.liveRelease);
}
