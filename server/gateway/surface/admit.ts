/** From a request to the key it may go on with. */

import type { SnapshotKey } from '../config/snapshot.ts';
import type { Ask } from '../door/ask.ts';
import { checkKey, type Guesses } from './authenticate.ts';
import { CallFault } from './fault.ts';
import type { Meaning } from './meaning.ts';

/** Throws `CallFault` 401, 403 or 429. */
export function authenticateCall(
  ask: Ask,
  { caller, hash }: Pick<Meaning, 'caller' | 'hash'>,
  keys: ReadonlyMap<string, SnapshotKey>,
  guesses: Guesses,
  now: number,
): SnapshotKey {
  if (hash === null) throw new CallFault(401, 'missing_api_key', 'the request has no key');
  const key = keys.get(hash);
  if (key === undefined) guesses.wrong(ask.client, now);
  checkKey(key, caller, now);
  return key;
}
