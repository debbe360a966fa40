/** All attempts of an open call; one that ends in a bug is settled, too. */

import { attemptAll } from './attempts.ts';
import type { OpenCall } from './open-call.ts';

export function attemptOrSettle(
  call: OpenCall,
  ...attempt: Parameters<typeof attemptAll>
): ReturnType<typeof attemptAll> {
  return attemptAll(...attempt).catch((error: unknown) => {
    call.settle({
      state: 'failed',
      status: 500,
      target: null,
      usage: null,
      worked: false,
      seen: 0,
      firstMs: null,
      totalMs: 0,
      attempts: 0,
    });
    throw error;
  });
}
