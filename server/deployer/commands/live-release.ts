/** The release that commands of an environment run in. */

import { WindlassError } from '../../../shared/errors.ts';
import type { EnvironmentRow } from '../app-store.ts';
import type { ReleaseRow, ReleaseStore } from '../release-store.ts';

/** Throws `WindlassError('conflict')` where nothing is live. */
export function liveRelease(environment: EnvironmentRow, releases: ReleaseStore): ReleaseRow {
  if (environment.liveRelease === null) {
    throw new WindlassError('conflict', `nothing is live in ${environment.app} ${environment.name}`, {
      hint: 'Deploy something to it first.',
    });
  }
  return releases.get(environment.appId, environment.liveRelease);
}
