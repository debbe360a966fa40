/** The check every environment is given by itself: added with its first live release, gone with the app. Pure. */

import { production } from '../../shared/names.ts';
import { type Check, type CheckSettings, checkSettings } from '../../shared/uptime/check.ts';
import type { Site } from './apps.ts';

export interface AppCheckChanges {
  readonly add: readonly CheckSettings[];
  readonly remove: readonly number[];
}

/** What brings `checks` in line with `sites`. Checks that people made are left alone. */
export function appCheckChanges(checks: readonly Check[], sites: readonly Site[]): AppCheckChanges {
  const given = checks.filter((check) => check.given);
  const has = (site: Site) => given.some((check) => isFor(check, site));
  return {
    add: sites.filter((site) => site.state !== 'empty' && !has(site)).map(settingsFor),
    remove: given.filter((check) => !sites.some((site) => isFor(check, site))).map((check) => check.id),
  };
}

function isFor({ target }: Check, { app, environment }: Site): boolean {
  return target.kind === 'app' && target.app === app && target.environment === environment;
}

function settingsFor({ app, environment }: Site): CheckSettings {
  return checkSettings.parse({
    name: environment === production ? app : `${app}/${environment}`,
    target: { kind: 'app', app, environment },
    everySeconds: 60,
    severity: environment === production ? 'critical' : 'warning',
  });
}
