/** The module: `init` once, `track` anywhere. On a server, where there is no page, both do nothing. */

import type { EventOptions, Options } from './options.ts';
import { startTracker, type Track } from './tracker.ts';

export type { EventOptions, Options };

let tracker: Track | null = null;
const early: Parameters<Track>[] = [];

/** Starts counting; a second time does nothing. */
export function init(options: Options = {}): void {
  if (typeof window === 'undefined' || tracker !== null) return;
  tracker = startTracker(options);
  for (const event of early.splice(0)) tracker(...event);
}

/** Tells of something that was done. Before `init` it waits for it. */
export function track(name: string, options?: EventOptions): void {
  if (tracker !== null) tracker(name, options);
  else if (typeof window !== 'undefined' && early.length < 100) early.push([name, options]);
}
