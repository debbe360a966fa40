/** What every feature is given: the kernel's parts, opened on one data folder. */

import type { Clock } from './clock.ts';
import type { DataPaths } from './data-dir.ts';
import type { Events } from './events.ts';
import type { Jobs } from './jobs.ts';
import type { Log } from './log.ts';
import type { Secrets } from './secrets.ts';
import type { Store } from './store.ts';
import type { Telemetry } from './telemetry.ts';

export interface Kernel {
  readonly clock: Clock;
  readonly log: Log;
  readonly paths: DataPaths;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly telemetry: Telemetry;
}
