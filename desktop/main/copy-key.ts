/** The key of local copies, in the system's keeping. */

import { randomBytes } from 'node:crypto';
import type { SecretStore } from './secret-store.ts';

const name = 'copy-key';

/** 32 bytes as base64; made where there is none yet. Where secrets live in memory, copies are for this run alone. */
export async function copyKey(secrets: SecretStore): Promise<string> {
  const known = await secrets.get(name).catch(() => null);
  if (known !== null) return known;
  const key = randomBytes(32).toString('base64');
  await secrets.set(name, key);
  return key;
}
