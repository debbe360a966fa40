/** `/.windlass/push/<token>`: what a job, a script or a device calls to say that it is well. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Check } from '../../shared/uptime/check.ts';
import type { Endpoint, EndpointAnswer } from '../kernel/endpoint.ts';
import type { Outcome } from './outcome.ts';

/** `status=up|down`, `msg` and `ping` (ms) in the query, as Uptime Kuma has them; nothing at all means that all is well. */
export function pushEndpoint(
  checks: () => readonly Check[],
  beat: (check: Check, outcome: Outcome) => void,
): Endpoint {
  return {
    name: 'push',
    maxBody: 4096,
    answer({ method, path }) {
      if (!['GET', 'POST', 'PUT', 'HEAD'].includes(method)) return answer(405, 'GET or POST');
      const { pathname, searchParams } = new URL(path, 'http://push');
      const token = pathname.slice(1);
      const check = checks().find(
        ({ target }) => target.kind === 'push' && isSame(target.token ?? '', token),
      );
      if (check === undefined || check.paused) return answer(404, 'no such check');
      const message = (searchParams.get('msg') ?? '').replace(/[\x00-\x1f\x7f]+/g, ' ').slice(0, 200);
      const ping = Number(searchParams.get('ping') ?? Number.NaN);
      const isDown = searchParams.get('status') === 'down';
      beat(
        check,
        isDown
          ? { kind: 'down', ms: null, why: message || 'it said so itself' }
          : { kind: 'up', ms: ping >= 0 && ping < 86_400_000 ? ping : 0, detail: message || null },
      );
      return answer(200, 'ok');
    },
  };
}

function answer(status: number, text: string): EndpointAnswer {
  const headers = { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' };
  return { status, headers, body: `${text}\n` };
}

/** In constant time; hashed, so that the lengths are the same. */
function isSame(one: string, other: string): boolean {
  if (one === '') return false;
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
