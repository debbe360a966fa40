/** What the main side and the collecting Worker say to each other. */

import type { Outcome } from './collect.ts';
import type { Salt } from './salts.ts';

export type CollectRequest =
  | { kind: 'open'; root: string; now: number; places: string | null; datacentres: string | null }
  | { kind: 'salts'; salts: readonly Salt[] }
  | { kind: 'places'; path: string | null }
  | { kind: 'datacentres'; path: string | null }
  | { kind: 'close' };

/**
 * What arrived crosses as the JSON of `Arrived[]`, a string and no `CollectRequest`: cloning the objects would take three times
 * as long.
 */
export type ArrivedText = string;

export type CollectReply =
  /** Of a batch; batches are answered in the order they were sent. */
  | { kind: 'outcomes'; outcomes: readonly Outcome[] }
  | { kind: 'note'; level: 'warn' | 'error'; message: string; error: string }
  | { kind: 'closed' };
