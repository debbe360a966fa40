/** A data path that speaks TLS, with certificates made for it, for tests. */

import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import type { Limits } from '../limits.ts';
import { type Rig, type RigOptions, startRig } from '../rig.ts';
import type { CertificateSource, ServerCertificate } from './certificate-source.ts';
import { TlsContexts } from './tls-contexts.ts';

/** A pair with `name` as its subject, made by openssl. */
export function madeCertificate(name: string): ServerCertificate {
  const made = Bun.spawnSync(
    ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'].concat(
      ['-keyout', '-', '-out', '-', '-days', '30', '-subj', `/CN=${name}`],
      ['-addext', `subjectAltName=DNS:${name}`],
    ),
  );
  const text = made.stdout.toString();
  const block = (label: string) =>
    new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----\n`).exec(text)?.[0] ?? '';
  return { id: crypto.randomUUID(), chain: block('CERTIFICATE'), key: block('PRIVATE KEY') };
}

export class FakeCertificates implements CertificateSource {
  version = 0;
  readonly strict = new Map<string, string>();
  readonly #byName = new Map<string, ServerCertificate>();
  readonly #nameless = madeCertificate('nobody');

  put(host: string, certificate: ServerCertificate): void {
    this.#byName.set(host, certificate);
    this.version++;
  }

  find(name: string): ServerCertificate | null {
    return this.#byName.get(name) ?? null;
  }

  nameless(): ServerCertificate {
    return this.#nameless;
  }

  strictTransport(host: string): string | null {
    return this.strict.get(host) ?? null;
  }
}

export interface TlsRig extends Rig {
  readonly securePort: number;
  readonly certificates: FakeCertificates;
}

export function startTlsRig(options: RigOptions & { limits?: Partial<Limits> }): TlsRig {
  const certificates = new FakeCertificates();
  const rig = startRig({ ...options, strictTransport: (host) => certificates.strictTransport(host) });
  const tls = new TlsContexts(certificates);
  const { port } = rig.path.listen({ hostname: '127.0.0.1', port: 0, reusePort: false, tls });
  return { ...rig, securePort: port, certificates };
}

/** Resolves once the handshake is done. Trusts anybody: who answers is what is looked at. */
export function secured(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(
      { host: '127.0.0.1', port, rejectUnauthorized: false, servername: 'app.test', ...options },
      () => resolve(socket),
    );
    socket.on('error', reject);
  });
}

/** The name in the certificate a client is shown. */
export async function shownName(port: number, options: ConnectionOptions = {}): Promise<string> {
  const socket = await secured(port, options);
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return String(name);
}
