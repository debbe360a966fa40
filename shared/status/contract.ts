/** The status pages' block of the server contract. */

import * as z from 'zod/mini';
import { call, nothing } from '../rpc.ts';
import { statusPage } from './page.ts';

export const statusContract = {
  'status.pages': call(
    nothing,
    z.object({ pages: z.array(z.object({ ...statusPage.shape, subscribers: z.number() })) }),
  ),
  /** With id 0 a new one. */
  'status.set': call(z.object({ page: statusPage }), z.object({ page: statusPage })),
  'status.remove': call(z.object({ id: z.number() }), nothing),
  /** The page as visitors would see it now, for what may not be stored yet. */
  'status.preview': call(z.object({ page: statusPage }), z.object({ html: z.string() })),
} as const;
