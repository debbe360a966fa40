/** The TLS side of each host name: made when a client first asks for it, made anew when its certificate changed. */

import { constants } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { CertificateSource, ServerCertificate } from './certificate-source.ts';

/**
 * Mozilla's intermediate list without its DHE suites (guideline 5.7): forward secrecy and AEAD only. TLS 1.3 has suites
 * of its own.
 */
export const ciphers = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** Of two suites both know, ours decides: what is quick without AES in hardware comes after what is quick with it. */
export const secureOptions = constants.SSL_OP_CIPHER_SERVER_PREFERENCE;

/** As on the wire (RFC 7301, 3.1), the preferred first. */
export const protocols = Buffer.from('\x02h2\x08http/1.1', 'latin1');

/** What the runtime takes for one side of TLS. */
export type NativeContext = object;

interface Known {
  version: number;
  id: string;
  context: NativeContext;
}

/** Host names with a context at hand. Names of nobody are not kept. */
const maxKnown = 4_096;

export class TlsContexts {
  readonly #source: CertificateSource;
  readonly #known = new Map<string, Known>();

  constructor(source: CertificateSource) {
    this.#source = source;
  }

  /** The pair the listener starts with, for clients without a name we know. */
  get nameless(): ServerCertificate {
    return this.#source.nameless();
  }

  /** Null where nobody has the name. Throws where its certificate cannot be used. */
  find(name: string): NativeContext | null {
    const host = name.toLowerCase();
    const known = this.#known.get(host);
    const { version } = this.#source;
    if (known !== undefined && known.version === version) return known.context;
    const certificate = this.#source.find(host);
    if (certificate === null) {
      this.#known.delete(host);
      return null;
    }
    if (known !== undefined && known.id === certificate.id) {
      // Its session tickets stay good.
      known.version = version;
      return known.context;
    }
    const context = contextOf(certificate);
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(host, { version, id: certificate.id, context });
    return context;
  }
}

function contextOf({ chain, key }: ServerCertificate): NativeContext {
  const { context } = createSecureContext({
    cert: chain,
    key,
    minVersion: 'TLSv1.2',
    ciphers,
    secureOptions,
  });
  return context;
}
