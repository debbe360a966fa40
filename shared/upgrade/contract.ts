/** The upgrade's block of the server contract: another file in place of the one that runs. */

import * as z from 'zod/mini';
import { call, upload } from '../rpc.ts';

/** `under-way`: the successor starts, or the one before it comes back. */
export const upgradeState = z.enum(['under-way', 'upgraded', 'went-back']);
export type UpgradeState = z.infer<typeof upgradeState>;

export const upgradeOutcome = z.object({
  state: upgradeState,
  from: z.string(),
  to: z.string(),
  /** Why it went back; empty otherwise. */
  message: z.string(),
});
export type UpgradeOutcome = z.infer<typeof upgradeOutcome>;

export const upgradeContract = {
  /**
   * The body is the new program. Answered once it was found fit to try and is in place; then the successor takes over,
   * and this connection ends. The outcome is asked of whoever answers afterwards.
   */
  'upgrade.begin': upload(z.object({}), z.object({ id: z.string(), from: z.string(), to: z.string() })),
  'upgrade.outcome': call(z.object({ id: z.string() }), upgradeOutcome),
} as const;
