/** Secrets that a person asked to be remembered, by server. The surroundings say where they lie. */

import type { Secrets } from '../../shared/desktop/address.ts';
import type { Keeping } from '../../shared/desktop/keeping.ts';

export interface Vault {
  keeping(): Promise<Keeping>;
  /** Null where none are kept, or the system no longer opens them. */
  get(server: string): Promise<Secrets | null>;
  set(server: string, secrets: Secrets): Promise<void>;
  remove(server: string): Promise<void>;
}

/** Keeps nothing: what was entered lives in the sessions alone. */
export function emptyVault(why: string): Vault {
  return {
    keeping: async () => ({ kind: 'memory', why }),
    get: async () => null,
    set: async () => undefined,
    remove: async () => undefined,
  };
}
