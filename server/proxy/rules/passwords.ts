/** Passwords in front of an environment or a part of it: who may pass, by Basic authentication (RFC 7617) or by cookie, and how often to guess. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { fieldValue } from '../http1/field.ts';
import { cookieValue } from './cookie-value.ts';
import { clientKey, TokenBuckets } from './token-buckets.ts';
import type { RuledRequest, Verdict } from './verdict.ts';

/** An empty `user` stands for any. */
export interface Password {
  readonly user: string;
  readonly password: string;
}

export interface PlacePassword extends Password {
  /** The place it is asked for; empty or absent for the whole environment. */
  readonly path?: string;
}

const unlockCookie = '__windlass_key';
/** A browser is asked again after 30 days. */
export const unlockSeconds = 2_592_000;

/** Wrong passwords one client may try: ten at once, then one in six seconds. */
const guesses = { perSecond: 1 / 6, burst: 10 };

export class PasswordGate {
  readonly #wanted: readonly { user: string; digest: Buffer }[];
  readonly #failed = new TokenBuckets(guesses);
  readonly #sign: (until: string) => string;
  /** Whether a name has to go with the password. */
  readonly asksName: boolean;
  /** The name of the cookie that lets a browser in: one for each place, as one browser may have keys of several. */
  readonly cookie: string;

  /**
   * `secret` signs cookies; those of other passwords, of another environment or of another place are worth nothing. `path` is
   * empty for the whole environment.
   */
  constructor(service: string, path: string, passwords: readonly Password[], secret: Uint8Array) {
    this.cookie = path === '' ? unlockCookie : `${unlockCookie}_${digest(path).toString('hex').slice(0, 12)}`;
    this.#wanted = passwords.map(({ user, password }) => ({ user, digest: digest(password) }));
    this.asksName = passwords.some(({ user }) => user !== '');
    const given = passwords.map(({ user, password }) => ({ user, password }));
    const bound = JSON.stringify(path === '' ? [service, given] : [service, path, given]);
    this.#sign = (until) =>
      createHmac('sha256', secret).update(`key\n${until}\n${bound}`).digest('base64url');
  }

  /** Null where the request carries a password or a cookie that fits. `now` monotonic, `time` since the epoch, ms. */
  judge(request: RuledRequest, now: number, time: number): Verdict | null {
    const cookies = fieldValue(request.fields, 'cookie');
    if (cookies !== '' && this.#isKey(cookieValue(cookies, this.cookie), time)) return null;
    const given = credentials(fieldValue(request.fields, 'authorization'));
    const wait = given === null ? 0 : this.open(given, request.client, now);
    if (wait === null) return null;
    if (wait > 0) return { kind: 'too-many', retryAfter: wait };
    return { kind: 'password', asksName: this.asksName, to: request.path };
  }

  /** Null where it fits; else the seconds until `client` may try again, 0 for now. */
  open(given: Password, client: string, now: number): number | null {
    const offered = digest(given.password);
    let fits = false;
    for (const { user, digest: wanted } of this.#wanted) {
      // All are compared, so that the time says nothing about which was near.
      if (timingSafeEqual(offered, wanted) && (user === '' || user === given.user)) fits = true;
    }
    return fits ? null : this.#failed.take(clientKey(client), now);
  }

  /** The value of the cookie that lets a browser in. */
  key(time: number): string {
    const until = String(time + unlockSeconds * 1000);
    return `${until}.${this.#sign(until)}`;
  }

  #isKey(value: string, time: number): boolean {
    const [, until = '', signature = ''] = /^(\d{1,15})\.([\w-]{43})$/.exec(value) ?? [];
    if (!(Number(until) > time)) return false;
    return timingSafeEqual(Buffer.from(signature), Buffer.from(this.#sign(until)));
  }
}

function credentials(value: string): Password | null {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(value)?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon === -1 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function digest(password: string): Buffer {
  return Buffer.from(new Bun.CryptoHasher('sha256').update(password).digest());
}
