/** What one attempt of a check found. */

export type Outcome =
  | { kind: 'up'; ms: number; detail: string | null }
  | { kind: 'down'; ms: number | null; why: string }
  /** The fault is on our side (no resolver, no network, no program), so it says nothing about the other. */
  | { kind: 'unsure'; why: string }
  /** It is not meant to answer now: stopped by hand, asleep, removed. */
  | { kind: 'off'; why: string };

/** What a probe is given besides its target. */
export interface ProbeContext {
  readonly allowPrivate: boolean;
  readonly timeoutMs: number;
  /** Aborted when the time is up, or the server stops. */
  readonly signal: AbortSignal;
}

/** Of a failed connection or request, in words; `unsure` where this machine itself has no network. */
export function failureOf(error: unknown, timeoutMs: number): Outcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) {
    return { kind: 'down', ms: null, why: `no answer within ${timeoutMs / 1000} s` };
  }
  if (ours.has(code)) return { kind: 'unsure', why: `this server has no way out (${code})` };
  const why = known[code] ?? (error instanceof Error ? error.message : String(error));
  return { kind: 'down', ms: null, why: why.slice(0, 300) };
}

const ours = new Set(['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);
const known: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ConnectionRefused: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  ConnectionClosed: 'the connection was cut',
  EHOSTUNREACH: 'the host cannot be reached',
  ETIMEDOUT: 'the host does not answer',
  CERT_HAS_EXPIRED: 'the certificate has ended',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is of an authority nobody knows',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate cannot be verified',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate is of an authority nobody knows',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
};
