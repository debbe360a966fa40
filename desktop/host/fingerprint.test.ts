/** Fingerprints, compared with what OpenSSH itself prints. */

import { expect, test } from 'bun:test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprintOf, sameKey } from './fingerprint.ts';

test('the_fingerprint_is_the_one_ssh_keygen_shows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  try {
    for (const kind of ['ed25519', 'ecdsa', 'rsa']) {
      const file = join(folder, kind);
      execFileSync('ssh-keygen', ['-q', '-t', kind, '-N', '', '-f', file]);
      const blob = readFileSync(`${file}.pub`, 'utf8').split(' ')[1] ?? '';
      const shown = execFileSync('ssh-keygen', ['-lf', `${file}.pub`], { encoding: 'utf8' });
      const key = fingerprintOf(Buffer.from(blob, 'base64'));
      expect(shown).toContain(` ${key.sha256} `);
      expect(readFileSync(`${file}.pub`, 'utf8').startsWith(`${key.algorithm} `)).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what_is_no_key_is_refused', () => {
  expect(() => fingerprintOf(Buffer.alloc(3))).toThrow();
  expect(() => fingerprintOf(Buffer.from([0, 0, 1, 0, 1]))).toThrow();
});

test('keys_differ_by_their_hash', () => {
  const key = (fill: string) => ({ algorithm: 'ssh-ed25519', sha256: `SHA256:${fill.repeat(43)}` });
  expect(sameKey(key('a'), key('a'))).toBe(true);
  expect(sameKey(key('a'), key('b'))).toBe(false);
});
