/** Basic authentication (RFC 7617) in front of an environment: who may pass, and how often one may guess. */

import { timingSafeEqual } from 'node:crypto';
import { fieldValue } from '../http1/field.ts';
import { clientKey, TokenBuckets } from './token-buckets.ts';
import type { RuledRequest, Verdict } from './verdict.ts';

/** An empty `user` stands for any. */
export interface Password {
  readonly user: string;
  readonly password: string;
}

/** Wrong passwords one client may try: ten at once, then one in six seconds. */
const guesses = { perSecond: 1 / 6, burst: 10 };

export class PasswordGate {
  readonly #wanted: readonly { user: string; digest: Buffer }[];
  readonly #failed = new TokenBuckets(guesses);

  constructor(passwords: readonly Password[]) {
    this.#wanted = passwords.map(({ user, password }) => ({ user, digest: digest(password) }));
  }

  /** Null where the request carries a password that fits. */
  judge(request: RuledRequest, now: number): Verdict | null {
    const given = credentials(fieldValue(request.fields, 'authorization'));
    if (given === null) return { kind: 'password' };
    const offered = digest(given.password);
    let fits = false;
    for (const { user, digest: wanted } of this.#wanted) {
      // All are compared, so that the time says nothing about which was near.
      if (timingSafeEqual(offered, wanted) && (user === '' || user === given.user)) fits = true;
    }
    if (fits) return null;
    const wait = this.#failed.take(clientKey(request.client), now);
    return wait === 0 ? { kind: 'password' } : { kind: 'too-many', retryAfter: wait };
  }
}

function credentials(value: string): { user: string; password: string } | null {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(value)?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon === -1 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function digest(password: string): Buffer {
  return Buffer.from(new Bun.CryptoHasher('sha256').update(password).digest());
}
