/** Reads a certificate and its key from PEM, and refuses what a browser would. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { WindlassError } from '../../shared/errors.ts';
import { parseHostPattern } from '../../shared/proxy/host-pattern.ts';

export interface ReadChain {
  /** In the form of `parseHostPattern`. */
  names: string[];
  issuer: string;
  notBefore: number;
  notAfter: number;
  fingerprint: string;
  /** The leaf first, whatever came before or between taken out. */
  chain: string;
}

const maxCertificates = 10;

/** Throws `invalid`, saying which part is wrong and what belongs there. */
export function readChain(chain: string, key: string): ReadChain {
  const blocks = chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const [first] = blocks;
  if (first === undefined)
    throw refuse('there is no certificate in it', 'It starts with `-----BEGIN CERTIFICATE-----`.');
  if (blocks.length > maxCertificates) throw refuse(`it has more than ${maxCertificates} certificates`);
  const [leaf, ...others] = blocks.map(parse);
  if (leaf === undefined) throw refuse('there is no certificate in it');
  const privateKey = parseKey(key);
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new WindlassError('invalid', 'the key is not the one of the certificate', {
      hint: 'The certificate of the host comes first in its file, then those of its authority.',
    });
  }
  let below = leaf;
  for (const above of others) {
    if (!below.checkIssued(above)) {
      throw refuse('its parts do not follow each other', 'Put the host first, then each authority above it.');
    }
    below = above;
  }
  return { ...factsOf(leaf), chain: `${blocks.join('\n')}\n` };
}

/** What the leaf of `chain` says. Throws `invalid`. */
function factsOf(leaf: X509Certificate): Omit<ReadChain, 'chain'> {
  return {
    names: namesOf(leaf),
    issuer: /(?:^|\n)(?:O|CN)=([^\n]+)/.exec(leaf.issuer)?.[1] ?? leaf.issuer.replaceAll('\n', ', '),
    notBefore: Date.parse(leaf.validFrom),
    notAfter: Date.parse(leaf.validTo),
    fingerprint: leaf.fingerprint256,
  };
}

/** The subject's own name counts no more (RFC 9525, 2). */
function namesOf(leaf: X509Certificate): string[] {
  const names: string[] = [];
  for (const [, name] of (leaf.subjectAltName ?? '').matchAll(/(?:^|, )DNS:([^,\s]+)/g)) {
    try {
      names.push(parseHostPattern(name ?? ''));
    } catch {
      // A name no route can have.
    }
  }
  if (names.length > 0) return names;
  throw refuse('it names no host', 'A certificate for the web lists its hosts as DNS names.');
}

function parse(block: string): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch (cause) {
    throw refuse('a certificate in it cannot be read', undefined, cause);
  }
}

function parseKey(key: string) {
  try {
    return createPrivateKey(key);
  } catch (cause) {
    throw new WindlassError('invalid', 'the key cannot be read', {
      hint: 'It is PEM without a passphrase, and starts with `-----BEGIN PRIVATE KEY-----` or the like.',
      cause,
    });
  }
}

function refuse(why: string, hint?: string, cause?: unknown): WindlassError {
  return new WindlassError('invalid', `the certificate cannot be used: ${why}`, { hint, cause });
}
