/** Variables under a passphrase, for a file that leaves the server: scrypt (RFC 7914), then AES-256-GCM. */

import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import * as z from 'zod/mini';
import { WindlassError } from '../../../shared/errors.ts';
import { variableName } from '../../../shared/names.ts';

const shape = z.record(variableName, z.string());
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
/** 32 MB and about 0.1 s a guess: the interactive figures of RFC 7914's own paper, doubled. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 ** 2 };

export async function sealVariables(
  variables: Readonly<Record<string, string>>,
  passphrase: string,
): Promise<string> {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, salt), nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(variables), 'utf8'), cipher.final()]);
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), text]).toString('base64');
}

/** Throws `WindlassError('forbidden')` for another passphrase, or a file that was changed. */
export async function openVariables(sealed: string, passphrase: string): Promise<Record<string, string>> {
  const bytes = Buffer.from(sealed, 'base64');
  const salt = bytes.subarray(0, saltBytes);
  const nonce = bytes.subarray(saltBytes, saltBytes + nonceBytes);
  const tag = bytes.subarray(saltBytes + nonceBytes, saltBytes + nonceBytes + tagBytes);
  const key = await keyOf(passphrase, salt);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
    decipher.setAuthTag(tag);
    const body = bytes.subarray(saltBytes + nonceBytes + tagBytes);
    const text = Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    return z.parse(shape, JSON.parse(text));
  } catch {
    // Without a cause: nothing of what came out may reach the log.
    throw new WindlassError('forbidden', 'the variables cannot be read with this passphrase', {
      hint: 'Use the one the export was made with, or import without: the values can be set afterwards.',
    });
  }
}

function keyOf(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, 32, cost, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
