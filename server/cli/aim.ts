/** The app and environment a verb is about. */

import { appName, environmentName, production } from '../../shared/names.ts';
import { UsageError } from './usage-error.ts';
import type { VerbContext } from './verb.ts';

export interface Aim {
  app: string;
  environment: string;
}

/** From the first argument and `--env`; throws `UsageError` where either is no possible name. */
export function aimOf(context: VerbContext): Aim {
  const app = appName.safeParse(context.args[0]);
  if (!app.success) {
    throw new UsageError(
      `"${context.args[0]}" is not a name for an app`,
      `${sentence(app.error.issues[0]?.message)}.`,
    );
  }
  const environment = environmentName.safeParse(context.flags.text('env') ?? production);
  if (!environment.success) {
    throw new UsageError(
      `"${context.flags.text('env')}" is not a name for an environment`,
      `${sentence(environment.error.issues[0]?.message)}.`,
    );
  }
  return { app: app.data, environment: environment.data };
}

/**
 * For answers with nothing in them: throws where there is no such app, with those there are. An app that is gone may
 * still have some, so this is not asked before.
 */
export async function checkApp({ control }: VerbContext, app: string | undefined): Promise<void> {
  if (app !== undefined) await control.call('apps.get', { app });
}

function sentence(text = 'see `windlass help`'): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
