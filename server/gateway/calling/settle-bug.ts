/** A call whose attempts ended in a bug of ours: settled, too. */

import type { OpenCall } from './open-call.ts';

export function settleBug(call: OpenCall): void {
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
}
