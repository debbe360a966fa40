/** Certificates we sign ourselves, so that a host answers over TLS before anybody vouches for it. */

import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { bits, der, integer, octets, oid, sequence, setOf, time, truth, utf8 } from './der.ts';

export interface KeyedChain {
  /** PEM. */
  readonly chain: string;
  /** PEM, PKCS #8, in the clear. */
  readonly key: string;
}

/** A name that every machine has. */
const nobody = 'localhost';

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const dayMs = 86_400_000;
/** As long as browsers take from anybody. */
const lifeMs = 397 * dayMs;

/** For these names (wildcards allowed), or, with none, for nobody in particular: then it says nothing of this server. */
export function selfSigned(names: readonly string[], now: number): KeyedChain {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const name = sequence(setOf(sequence(oid('2.5.4.3'), utf8((names[0] ?? nobody).slice(0, 64)))));
  const shown = names.length === 0 ? [nobody] : names;
  const extensions = [
    extension('2.5.29.19', true, sequence()),
    extension('2.5.29.15', true, der(0x03, Buffer.of(7, 0x80))),
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.14', false, octets(createHash('sha1').update(spki).digest())),
    extension('2.5.29.17', false, sequence(...shown.map((each) => der(0x82, Buffer.from(each))))),
  ];
  // RFC 5280, 4.1: version 3, and from yesterday on, as clocks differ.
  const body = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(serial),
    ecdsaWithSha256,
    name,
    sequence(time(now - dayMs), time(now + lifeMs)),
    name,
    spki,
    der(0xa3, sequence(...extensions)),
  );
  const whole = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, privateKey)));
  return {
    chain: pem('CERTIFICATE', whole),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(oid(id), ...(critical ? [truth] : []), octets(value));
}

function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
