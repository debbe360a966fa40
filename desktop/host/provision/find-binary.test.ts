import { afterAll, beforeAll, expect, test } from 'bun:test';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileStatement } from '../../../shared/desktop/file-statement.ts';
import { binariesIn } from './find-binary.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const trusted = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wl-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A program's head for the processor, and something behind it. */
const program = (machine: number, rest = 'rest') =>
  Buffer.concat([
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]),
    Buffer.alloc(12),
    Buffer.from([machine, 0]),
    Buffer.from(rest),
  ]);
const x64 = program(0x3e);
const signed = (content: Buffer, target: string, version = '1', key = privateKey) => {
  const sha256 = new Bun.CryptoHasher('sha256').update(content).digest('hex');
  return sign(
    null,
    Buffer.from(fileStatement({ target, version, sha256, size: content.length })),
    key,
  ).toString('base64');
};
const place = async (name: string, content: Buffer, signature: string) => {
  await writeFile(join(folder, name), content);
  await writeFile(join(folder, `${name.replace(/\.gz$/, '')}.sig`), `${signature}\n`);
};

test('a_signed_file_is_found_and_described_as_it_runs_packed_or_not', async () => {
  const files = binariesIn({ folder, version: '1', own: null, publicKey: trusted });
  expect(await files('linux-x64')).toEqual({ kind: 'missing' });
  await place('windlass-linux-x64', x64, signed(x64, 'linux-x64'));
  expect(await files('linux-x64')).toMatchObject({
    kind: 'found',
    binary: { packed: 'none', size: x64.length },
  });
  await place('windlass-linux-x64.gz', gzipSync(x64), signed(x64, 'linux-x64'));
  expect(await files('linux-x64')).toMatchObject({
    kind: 'found',
    binary: { packed: 'gzip', size: x64.length },
  });
});

test('a_file_that_was_changed_or_signed_by_somebody_else_is_never_sent', async () => {
  const files = binariesIn({ folder, version: '1', own: null, publicKey: trusted });
  const changed = program(0x3e, 'evil');
  const foreign = generateKeyPairSync('ed25519').privateKey;
  for (const signature of [
    signed(x64, 'linux-x64'),
    signed(changed, 'linux-x64', '1', foreign),
    signed(changed, 'linux-arm64'),
    signed(changed, 'linux-x64', '0.9'),
    'nonsense',
    '',
  ]) {
    await place('windlass-linux-x64.gz', gzipSync(changed), signature);
    const found = await files('linux-x64');
    expect(found).toMatchObject({ kind: 'refused' });
    expect(found.kind === 'refused' && found.message).toContain('not the one this desktop was packaged with');
  }
});

test('a_file_for_another_processor_is_named_as_that', async () => {
  const files = binariesIn({ folder, version: '1', own: null, publicKey: trusted });
  await place('windlass-linux-arm64', x64, signed(x64, 'linux-arm64'));
  const found = await files('linux-arm64');
  expect(found.kind === 'refused' && found.message).toBe('the file for linux-arm64 is made for x64');
  await place('windlass-linux-arm64-musl', Buffer.from('#!/bin/sh\n'), 'x');
  expect(await files('linux-arm64-musl')).toMatchObject({ kind: 'refused' });
});
