/** Who may use the headless desktop: a one-time token becomes a cookie, and every request must come from our own page. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Sessions {
  /** For the fragment of the URL that is printed. Works once. */
  readonly token: string;
  /** The value of the Set-Cookie header, or null where the token is not the one, or was used. */
  exchange(token: string): string | null;
  /** Whether a Cookie header carries a session. */
  knows(cookies: string | undefined): boolean;
}

/** `cookieName` differs by port: cookies of one host are shared by all its ports. */
export function createSessions(cookieName: string): Sessions {
  const token = randomBytes(32).toString('base64url');
  const session = randomBytes(32).toString('base64url');
  let used = false;
  return {
    token,
    exchange(given) {
      if (!isSame(given, token) || used) return null;
      used = true;
      return `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`;
    },
    knows(cookies) {
      const pairs = (cookies ?? '').split(';').map((pair) => pair.trim());
      const found = pairs.find((pair) => pair.startsWith(`${cookieName}=`));
      return found !== undefined && isSame(found.slice(cookieName.length + 1), session);
    },
  };
}

/** Compares hashes, so that neither the time taken nor the length tells anything. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** Names a browser may have for this server. Any other Host is a name somebody pointed here (DNS rebinding). */
export function isOwnHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

/** For what changes or connects: the page that asks must be ours. A request without Origin comes from no page. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined, port: number): boolean {
  return isOwnHost(host, port) && origin === `http://${host}`;
}
