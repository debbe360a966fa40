/** Which requests may be sent a second time. */

import type { UpstreamFailure } from './upstream-connection.ts';

/** RFC 9110 section 9.2.2. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

export function isIdempotent(method: string): boolean {
  return method === 'GET' || idempotent.has(method);
}

/** `replayable`: the whole request is still at hand. What was refused a connection was never sent. */
export function mayRetry(
  request: { method: string; replayable: boolean },
  failure: UpstreamFailure,
): boolean {
  switch (failure) {
    case 'refused':
      return request.replayable;
    case 'died':
      return request.replayable && isIdempotent(request.method);
    case 'garbled':
      return false;
  }
}
