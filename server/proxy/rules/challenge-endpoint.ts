/** Where visitors hand in the work they were set, and get their pass. */

import { serviceKey } from '../../../shared/proxy/backend.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Endpoint } from '../../kernel/endpoint.ts';
import { type ChallengeDesk, passCookie, passSeconds } from './challenge.ts';

/** `desk` is asked for at each request: it is opened when the server starts. */
export function challengeEndpoint(desk: () => ChallengeDesk, clock: Clock): Endpoint {
  return {
    name: 'challenge',
    maxBody: 200,
    answer({ method, site, client, body, scheme }) {
      if (method !== 'POST') return { status: 405, headers: { Allow: 'POST' } };
      if (site === null) return { status: 404 };
      const service = serviceKey(site.app, site.environment);
      const pass = desk().redeem(Buffer.from(body).toString('latin1'), service, client, clock.now());
      if (pass === null) return { status: 403, headers: { 'Cache-Control': 'no-store' } };
      const secure = scheme === 'https' ? '; Secure' : '';
      return {
        status: 204,
        headers: {
          'Cache-Control': 'no-store',
          'Set-Cookie': `${passCookie}=${pass}; Path=/; Max-Age=${passSeconds}; HttpOnly; SameSite=Lax${secure}`,
        },
      };
    },
  };
}
