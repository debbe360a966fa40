/** Whose call it is. Keys come in whatever header the SDK at hand puts them. */

import type { SnapshotKey } from '../config/snapshot.ts';
import type { RequestHead } from '../door/request-head.ts';
import { CallFault } from './fault.ts';
import type { CallerPath } from './paths.ts';

/** The key as it was sent; null where none was. */
export function presentedKey(head: RequestHead): string | null {
  const bearer = head.header('authorization');
  if (bearer !== null && /^bearer /i.test(bearer)) return bearer.slice(7).trim();
  return (
    head.header('x-api-key') ??
    head.header('x-goog-api-key') ??
    head.header('api-key') ??
    new URLSearchParams(head.query).get('key')
  );
}

/** Guesses a minute, from one address and from all, before wrong keys are no longer looked at. */
const guessesEach = 20;
const guessesAll = 200;
const minuteMs = 60_000;
const mostAddresses = 1000;

/** Counts wrong keys. Right ones are never held up by the guesses of others. */
export class Guesses {
  readonly #each = new Map<string, number>();
  #all = 0;
  #since = 0;

  /** Throws 401, or 429 where too many were wrong. */
  wrong(client: string, now: number): never {
    if (now - this.#since >= minuteMs) {
      this.#since = now;
      this.#all = 0;
      this.#each.clear();
    }
    if (this.#each.size >= mostAddresses) this.#each.clear();
    const count = (this.#each.get(client) ?? 0) + 1;
    this.#each.set(client, count);
    this.#all++;
    if (count > guessesEach || this.#all > guessesAll) {
      throw new CallFault(429, 'rate_limit_exceeded', 'too many wrong keys', {
        retryAfterMs: this.#since + minuteMs - now,
      });
    }
    throw new CallFault(401, 'invalid_api_key', 'this is no key of the gateway');
  }
}

/** Throws where the key is over, or is not for the app whose address it was used at. */
export function checkKey(key: SnapshotKey, caller: CallerPath | null, now: number): void {
  const { expiresAt } = key.limits;
  if (expiresAt !== null && now >= expiresAt) {
    throw new CallFault(401, 'key_expired', `the key ${key.name} is over`);
  }
  if (caller === null) return;
  if (
    (key.app !== null && key.app !== caller.app) ||
    (key.environment !== null && key.environment !== caller.environment)
  ) {
    throw new CallFault(
      403,
      'wrong_app',
      `the key ${key.name} is not for ${caller.app} (${caller.environment})`,
    );
  }
}
