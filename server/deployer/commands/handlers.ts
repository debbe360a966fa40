/** The methods of one-off commands. */

import { WindlassError } from '../../../shared/errors.ts';
import type { Handlers } from '../../kernel/feature.ts';
import type { AppStore } from '../app-store.ts';
import type { ReleaseStore } from '../release-store.ts';
import type { Commands } from './commands.ts';
import { liveRelease } from './live-release.ts';
import { terminalHandlers } from './terminals.ts';

export function commandHandlers(parts: {
  apps: AppStore;
  releases: ReleaseStore;
  commands: Commands;
}): Handlers {
  return {
    ...terminalHandlers(parts),
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
