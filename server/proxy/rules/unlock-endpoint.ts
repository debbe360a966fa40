/** Where the password page is sent to: a password that fits earns a cookie for the place it was asked for. */

import { serviceKey } from '../../../shared/proxy/backend.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Endpoint, EndpointAnswer } from '../../kernel/endpoint.ts';
import { passwordPage } from './password-page.ts';
import { type PasswordGate, unlockSeconds } from './passwords.ts';

const html = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' };

/** `gatesOf`: who guards a path of an environment. */
export function unlockEndpoint(
  gatesOf: (service: string, path: string) => readonly PasswordGate[],
  clock: Clock,
): Endpoint {
  return {
    name: 'unlock',
    maxBody: 4096,
    answer({ method, site, client, body, scheme }) {
      if (method !== 'POST') return { status: 405, headers: { Allow: 'POST' } };
      const fields = new URLSearchParams(Buffer.from(body).toString());
      const to = inside(fields.get('to') ?? '/');
      const gates = site === null ? [] : gatesOf(serviceKey(site.app, site.environment), to);
      if (gates.length === 0) return onward(to);
      const offered = { user: fields.get('name') ?? '', password: fields.get('password') ?? '' };
      let wait = 0;
      for (const gate of gates) {
        const more = gate.open(offered, client, clock.monotonic());
        if (more !== null) {
          wait = Math.max(wait, more);
          continue;
        }
        const secure = scheme === 'https' ? '; Secure' : '';
        const cookie = `${gate.cookie}=${gate.key(clock.now())}; Path=/; Max-Age=${unlockSeconds}; HttpOnly; SameSite=Lax${secure}`;
        return onward(to, { 'Set-Cookie': cookie });
      }
      const text =
        wait === 0 ? 'That was not it. Please try again.' : `Please wait ${wait} s before the next try.`;
      return {
        status: wait === 0 ? 401 : 429,
        headers: wait === 0 ? html : { ...html, 'Retry-After': String(wait) },
        body: passwordPage({ asksName: gates.some(({ asksName }) => asksName), to, text }),
      };
    },
  };
}

function onward(to: string, headers: Readonly<Record<string, string>> = {}): EndpointAnswer {
  return { status: 303, headers: { Location: to, 'Cache-Control': 'no-store', ...headers } };
}

/** A path of this site: two slashes, or a backslash, would name another host. */
function inside(to: string): string {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(to) ? to : '/';
}
