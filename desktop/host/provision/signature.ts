/** Whether a server's file is one that this desktop was packaged with. */

import { createPublicKey, verify } from 'node:crypto';
import { type FileStatement, fileStatement } from '../../../shared/desktop/file-statement.ts';

/** `publicKey`: base64 of its DER (SubjectPublicKeyInfo); `signature`: base64. False for anything that is neither. */
export function isSigned(statement: FileStatement, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, Buffer.from(fileStatement(statement)), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
