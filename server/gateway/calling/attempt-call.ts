/** Tries the targets of an open call. A bug of ours on the way settles it, too: nothing stays reserved for nobody. */

import type { CallRoom } from '../gateway.ts';
import type { Target } from '../routing/targets.ts';
import { type Answered, attemptAll, type Unanswered } from './attempts.ts';
import type { AskedCall, CallRequest } from './chat.ts';
import type { OpenCall } from './open-call.ts';

/** `render` makes the request for a target and one of its secrets. */
export async function attemptCall(
  room: CallRoom,
  { ask }: AskedCall,
  call: OpenCall,
  render: (target: Target, secret: string | null) => CallRequest,
): Promise<Answered<CallRequest> | Unanswered> {
  const { targets, firstTokenMs, totalMs } = call.route;
  try {
    return await attemptAll(
      room,
      targets,
      { firstTokenMs, until: room.now() + totalMs },
      ask.leaving,
      render,
    );
  } catch (error) {
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
  }
}
