/** The methods of scheduled commands. */

import type { Handlers } from '../../kernel/feature.ts';
import type { AppStore } from '../app-store.ts';
import type { Cron } from './cron.ts';

export function cronHandlers(apps: AppStore, cron: Cron): Handlers {
  return {
    'cron.list': ({ app, environment }) => ({ jobs: cron.list(apps.environment(app, environment)) }),
    'cron.history': ({ app, environment, name, limit }) => ({
      runs: cron.history(apps.environment(app, environment), name ?? null, limit),
    }),
    'cron.run': ({ app, environment, name }, { emit, signal }) =>
      cron.runNow(apps.environment(app, environment), name, (text) => emit({ text }), signal),
  };
}
