/** Signs compiled files, so that a desktop sends none to a server but those it was packaged with. */

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileStatement, fileStatement } from '../../shared/desktop/file-statement.ts';
import { cache } from '../root.ts';

const madeHere = join(cache, 'signing-key.pem');

/** Base64 of the key's DER (SubjectPublicKeyInfo), to be built into the desktop. */
export async function signingPublicKey(): Promise<string> {
  return createPublicKey(await privateKey())
    .export({ type: 'spki', format: 'der' })
    .toString('base64');
}

/** Writes `<file>.sig`, unless the one there fits. */
export async function ensureSigned(file: string, target: string, version: string): Promise<void> {
  const key = await privateKey();
  const statement = Buffer.from(fileStatement(await describe(file, target, version)));
  const before = await Bun.file(`${file}.sig`)
    .text()
    .catch(() => '');
  if (verify(null, statement, createPublicKey(key), Buffer.from(before, 'base64'))) return;
  await writeFile(`${file}.sig`, `${sign(null, statement, key).toString('base64')}\n`);
}

async function describe(file: string, target: string, version: string): Promise<FileStatement> {
  const hash = new Bun.CryptoHasher('sha256');
  let size = 0;
  for await (const chunk of Bun.file(file).stream()) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { target, version, sha256: hash.digest('hex'), size };
}

/** The one that `WINDLASS_SIGNING_KEY` names (PEM), else one made at the first build of this checkout. */
async function privateKey(): Promise<string> {
  const path = process.env.WINDLASS_SIGNING_KEY ?? madeHere;
  if (path === madeHere && !existsSync(path)) {
    const { privateKey: fresh } = generateKeyPairSync('ed25519');
    await mkdir(cache, { recursive: true });
    await writeFile(path, fresh.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    await chmod(path, 0o600);
  }
  const pem = await Bun.file(path).text();
  if (createPrivateKey(pem).asymmetricKeyType !== 'ed25519') throw new Error(`${path} is no Ed25519 key`);
  return pem;
}
