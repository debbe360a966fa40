/** Where secrets of servers may be kept between two starts of the desktop. */

import * as z from 'zod/mini';

export const keeping = z.discriminatedUnion('kind', [
  /** In the system's own keeping: Keychain, DPAPI, a keyring. */
  z.object({ kind: z.literal('system') }),
  /** Until the desktop closes. `why` is for people. */
  z.object({ kind: z.literal('memory'), why: z.string() }),
]);
export type Keeping = z.infer<typeof keeping>;
