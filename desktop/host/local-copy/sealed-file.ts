/** Files that only this desktop can read: AES-256-GCM, each with a nonce of its own, bound to their name. */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const nonceBytes = 12;
const tagBytes = 16;

/** `name` is authenticated: a file that was put in another's place does not open. `key` has 32 bytes. */
export function sealed(key: Buffer, name: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Null where it was made with another key or name, or was changed. */
export function opened(key: Buffer, name: string, bytes: Buffer): Buffer | null {
  if (bytes.length < nonceBytes + tagBytes) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes)).setAAD(
    Buffer.from(name),
  );
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
  } catch {
    return null;
  }
}

/** In place of what is there, or not at all. */
export async function writeSealed(path: string, key: Buffer, name: string, plain: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, sealed(key, name, plain), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Null where it is not there or cannot be opened. */
export async function readSealed(path: string, key: Buffer, name: string): Promise<Buffer | null> {
  const bytes = await readFile(path).catch(() => null);
  return bytes === null ? null : opened(key, name, bytes);
}

export async function removeSealed(path: string): Promise<void> {
  await rm(path, { force: true });
}
