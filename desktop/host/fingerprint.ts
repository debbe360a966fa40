/** A host's public key as OpenSSH names it. */

import { createHash } from 'node:crypto';
import type { HostKey } from '../../shared/desktop/address.ts';

/** `key` is the blob of RFC 4253, 6.6: its first string is the algorithm. SHA-256 in base64 without padding. */
export function fingerprintOf(key: Buffer): HostKey {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  if (length === 0 || length > 64 || key.length < 4 + length) throw new Error('not a public key');
  return {
    algorithm: key.toString('latin1', 4, 4 + length),
    sha256: `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`,
  };
}

/** The fingerprint alone decides; the algorithm's name is part of the hashed blob. */
export function sameKey(one: HostKey, other: HostKey): boolean {
  return one.sha256 === other.sha256;
}
