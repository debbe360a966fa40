/** The certificates' block of the server contract: what each host shows to browsers, and what is to do about it. */

import * as z from 'zod/mini';
import { call, nothing } from '../rpc.ts';

export const certificateKind = z.enum(['self-signed', 'acme', 'manual']);
export type CertificateKind = z.infer<typeof certificateKind>;

export const certificate = z.object({
  id: z.number(),
  kind: certificateKind,
  /** Hosts and one-level wildcards, in lower case. */
  names: z.array(z.string()),
  issuer: z.string(),
  /** ms since the epoch. */
  notBefore: z.number(),
  notAfter: z.number(),
  /** SHA-256 of the certificate, as hex pairs with colons. */
  fingerprint: z.string(),
});
export type Certificate = z.infer<typeof certificate>;

/** `auto`: plain HTTP is led to HTTPS once browsers trust the certificate. */
export const httpsRule = z.enum(['auto', 'always', 'never']);
export type HttpsRule = z.infer<typeof httpsRule>;

export const challengeKind = z.enum(['http-01', 'dns-01']);
export type ChallengeKind = z.infer<typeof challengeKind>;

export const dnsProviderKind = z.enum(['cloudflare', 'hetzner', 'digitalocean', 'route53', 'rfc2136']);
export type DnsProviderKind = z.infer<typeof dnsProviderKind>;

export const hostRules = z.object({
  https: httpsRule,
  /** Seconds of Strict-Transport-Security; 0 says nothing. */
  hsts: z.number().check(z.int(), z.minimum(0), z.maximum(63_072_000)),
  challenge: challengeKind,
  /** The DNS provider of `dns-01`, by the name it was given here. */
  provider: z.nullable(z.string()),
});
export type HostRules = z.infer<typeof hostRules>;

/**
 * - `secure`: browsers trust what is shown. `renewing`: so they do, and a newer one is on its way.
 * - `ordering`: a certificate is on its way. `waiting`: the last order failed, the next is at `nextAt`.
 * - `blocked`: somebody has to do something first; `todo` says what.
 * - `private`: no public name, so no authority signs for it.
 */
export const hostState = z.enum(['secure', 'renewing', 'ordering', 'waiting', 'blocked', 'private']);
export type HostState = z.infer<typeof hostState>;

export const hostSecurity = z.object({
  host: z.string(),
  state: hostState,
  /** What is, in one sentence. */
  message: z.string(),
  /** What to do next, in one sentence; null for nothing. */
  todo: z.nullable(z.string()),
  certificate: z.nullable(certificate),
  rules: hostRules,
  /** Of the next order or renewal, ms since the epoch; null for none. */
  nextAt: z.nullable(z.number()),
});
export type HostSecurity = z.infer<typeof hostSecurity>;

export const acmeSetup = z.object({
  email: z.string(),
  directory: z.string(),
});
export type AcmeSetup = z.infer<typeof acmeSetup>;

const providerName = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,39}$/));
const pem = z.string().check(z.minLength(1), z.maxLength(65_536));

export const certificatesContract = {
  'certificates.list': call(
    nothing,
    z.object({
      hosts: z.array(hostSecurity),
      certificates: z.array(certificate),
      acme: z.nullable(acmeSetup),
      providers: z.array(z.object({ name: z.string(), kind: dnsProviderKind })),
      /** The port HTTPS is served on; null where it is not. */
      port: z.nullable(z.number()),
    }),
  ),
  /** Agrees to the authority's terms of service and lets orders begin. */
  'certificates.setup': call(
    z.object({
      email: z.string().check(z.maxLength(254), z.regex(/^[^\s@]+@[^\s@]+$/)),
      agreed: z.literal(true),
      directory: z._default(
        z.string().check(z.maxLength(1_000), z.regex(/^https:\/\//)),
        'https://acme-v02.api.letsencrypt.org/directory',
      ),
      /** PEM of the root that signed the directory's own certificate, for an authority of one's own. */
      trust: z._default(z.string().check(z.maxLength(65_536)), ''),
      /** `address[:port]` of the DNS server to ask, where it is not the system's. */
      resolver: z._default(z.string().check(z.maxLength(100), z.regex(/^[0-9a-fA-F.:[\]]*$/)), ''),
    }),
    nothing,
  ),
  /** Orders for this host now, whatever was waited for. */
  'certificates.order': call(z.object({ host: z.string() }), hostSecurity),
  'certificates.upload': call(z.object({ chain: pem, key: pem }), certificate),
  'certificates.remove': call(z.object({ id: z.number() }), nothing),
  'certificates.rules': call(
    z.object({
      host: z.string(),
      https: z.optional(httpsRule),
      hsts: z.optional(hostRules.shape.hsts),
      challenge: z.optional(challengeKind),
      provider: z.optional(z.nullable(providerName)),
    }),
    hostSecurity,
  ),
  'certificates.provider': call(
    z.object({
      name: providerName,
      kind: dnsProviderKind,
      /** What the kind needs, e.g. `token`; kept sealed and never shown. */
      settings: z.record(z.string().check(z.maxLength(40)), z.string().check(z.maxLength(4_096))),
    }),
    nothing,
  ),
  'certificates.forgetProvider': call(z.object({ name: providerName }), nothing),
} as const;
