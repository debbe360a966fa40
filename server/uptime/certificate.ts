/** Whether a certificate is good for long enough, and of whom. Pure. */

import type { PeerCertificate } from 'node:tls';

const dayMs = 86_400_000;

/** What is wrong with it, or null. `days` it must still be good for, `issuer` part of any name of who issued it. */
export function certificateFault(
  certificate: Pick<PeerCertificate, 'valid_to' | 'issuer'>,
  days: number,
  issuer: string | undefined,
  now: number,
): string | null {
  const left = daysLeft(certificate, now);
  if (left < 0) return 'the certificate has ended';
  if (left < days) return `the certificate ends in ${left.toFixed(left < 3 ? 1 : 0)} days`;
  const names = Object.values(certificate.issuer).flat().map(String);
  if (issuer !== undefined && !names.some((name) => name.includes(issuer))) {
    return `the certificate is from ${names.join(', ').slice(0, 120)}, not from ${issuer}`;
  }
  return null;
}

export function daysLeft({ valid_to }: Pick<PeerCertificate, 'valid_to'>, now: number): number {
  return (Date.parse(valid_to) - now) / dayMs;
}
