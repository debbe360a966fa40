/** What the TLS listener asks of whoever keeps the certificates. compose.ts joins the two. */

export interface ServerCertificate {
  /** Changes whenever the pair does, and never comes back. */
  readonly id: string;
  /** PEM: the leaf, then what leads to its root. */
  readonly chain: string;
  /** PEM, in the clear. */
  readonly key: string;
}

export interface CertificateSource {
  /** Counts up with every change, so that what was looked up before is looked up again. */
  readonly version: number;
  /** For a name a client asks for, in lower case; null where nobody has it. */
  find(name: string): ServerCertificate | null;
  /** Shown to clients that ask for no name, or one nobody has: it must say nothing about who is here. */
  nameless(): ServerCertificate;
  /** Value of Strict-Transport-Security on this host; null for none. */
  strictTransport(host: string): string | null;
}

/** What is answered over plain HTTP before any app is asked. */
export interface PlainDoor {
  /** The key authorization a certificate authority looks for (RFC 8555, 8.3); null where it is none of ours. */
  challenge(token: string): string | null;
  /** Where a request to this host must go instead, as `https://host[:port]`; null for nowhere else. */
  redirect(host: string): string | null;
}
