/** Secrets at rest (AES-256-GCM under the key file of the data folder) and secrets in text (replaced by value). */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { WindlassError } from '../../shared/errors.ts';
import { loadMasterKey } from './master-key.ts';
import { createRedaction } from './redaction.ts';

export interface Secrets {
  /** Encrypts; `context` (e.g. `env:<environment id>`) is bound in, so a value cannot be moved elsewhere. */
  seal(plain: string, context: string): Uint8Array;
  /** Throws `WindlassError('failed')` where the key or the context is not the one it was sealed with. */
  open(sealed: Uint8Array, context: string): string;
  /** From now on `redact` and every log replace these values. Values shorter than 6 characters are not tracked. */
  remember(values: Iterable<string>): void;
  /** Text with every remembered value replaced by `[secret]`. */
  redact(text: string): string;
}

/** Sealed bytes: this version, a nonce of 12 bytes, a tag of 16 bytes, the ciphertext (NIST SP 800-38D, 5.2.1 and 8.2.2). */
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + nonceBytes + tagBytes;

/** `create` allows a new key where there is none; without it a missing key file is an error, for it must not be replaced. */
export function openSecrets(keyFile: string, options: { create: boolean }): Secrets {
  const key = loadMasterKey(keyFile, options);
  const redaction = createRedaction();
  return {
    seal(plain, context) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(context, 'utf8'));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return new Uint8Array(Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), text]));
    },
    open(sealed, context) {
      if (sealed.length < headBytes || sealed[0] !== version) {
        throw cannotOpen(`it is not in a form this version knows (${sealed.length} bytes)`);
      }
      try {
        const nonce = sealed.subarray(1, 1 + nonceBytes);
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
        decipher.setAAD(Buffer.from(context, 'utf8'));
        decipher.setAuthTag(sealed.subarray(1 + nonceBytes, headBytes));
        return Buffer.concat([decipher.update(sealed.subarray(headBytes)), decipher.final()]).toString(
          'utf8',
        );
      } catch (error) {
        throw cannotOpen('it was sealed with another master.key, or was changed since', error);
      }
    },
    remember: redaction.remember,
    redact: redaction.redact,
  };
}

function cannotOpen(why: string, cause?: unknown): WindlassError {
  return new WindlassError('failed', `a stored secret cannot be read: ${why}`, {
    hint: 'Put back the master.key that belongs to this control.db, or set the secret again.',
    cause,
  });
}
