/** From a request to the key it may go on with. */

import type { SnapshotKey } from '../config/snapshot.ts';
import type { Ask } from '../door/ask.ts';
import { checkKey, type Guesses, presentedKey } from './authenticate.ts';
import { CallFault } from './fault.ts';
import { hashKey } from './hash-key.ts';
import type { CallerPath } from './paths.ts';

/** Throws `CallFault` 401, 403 or 429. */
export function authenticateCall(
  ask: Ask,
  caller: CallerPath | null,
  keys: ReadonlyMap<string, SnapshotKey>,
  guesses: Guesses,
  now: number,
): SnapshotKey {
  const presented = presentedKey(ask);
  if (presented === null || presented === '') {
    throw new CallFault(401, 'missing_api_key', 'the request has no key');
  }
  const key = keys.get(hashKey(presented));
  if (key === undefined) guesses.wrong(ask.client, now);
  checkKey(key, caller, now);
  return key;
}
