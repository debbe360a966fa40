/** Main's certificates, as a forwarder's TLS asks for them: in memory only. */

import { normaliseHost, wildcardFor } from '../../../shared/proxy/host-pattern.ts';
import type { CertificateSource, ServerCertificate } from '../tls/certificate-source.ts';
import type { CertificateCopy } from './snapshot.ts';

export class CopiedCertificates implements CertificateSource {
  #copy: CertificateCopy;
  version = 0;

  constructor(
    copy: CertificateCopy,
    private readonly strict: (host: string) => string | null,
  ) {
    this.#copy = copy;
  }

  replace(copy: CertificateCopy): void {
    this.#copy = copy;
    this.version++;
  }

  find(name: string): ServerCertificate | null {
    const host = normaliseHost(name);
    if (host === null) return null;
    const { names } = this.#copy;
    const wide = wildcardFor(host);
    return own(names, host) ?? (wide === null ? null : own(names, wide));
  }

  nameless(): ServerCertificate {
    return this.#copy.nameless;
  }

  strictTransport(host: string): string | null {
    return this.strict(host);
  }
}

function own(names: CertificateCopy['names'], name: string): ServerCertificate | null {
  return Object.hasOwn(names, name) ? (names[name] ?? null) : null;
}
