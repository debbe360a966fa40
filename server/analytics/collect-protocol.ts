/** What the main side and the collecting Worker say to each other. */

import type { Outcome } from './collect.ts';
import type { Salt } from './salts.ts';
import type { Arrived } from './understand.ts';

export type CollectRequest =
  | { kind: 'open'; root: string; now: number; places: string | null }
  | { kind: 'salts'; salts: readonly Salt[] }
  | { kind: 'places'; path: string | null }
  | { kind: 'arrived'; batch: readonly Arrived[] }
  | { kind: 'close' };

export type CollectReply =
  /** Of a batch; batches are answered in the order they were sent. */
  | { kind: 'outcomes'; outcomes: readonly Outcome[] }
  | { kind: 'note'; level: 'warn' | 'error'; message: string; error: string }
  | { kind: 'closed' };
