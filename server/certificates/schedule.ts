/** When certificates are renewed, and when a failed order is tried again. */

import type { Certificate } from '../../shared/certificates/contract.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** After so many failures in a row; Let's Encrypt allows five failed validations of a name an hour. */
const pauses = [minuteMs, 15 * minuteMs, hourMs, 4 * hourMs, 12 * hourMs, 24 * hourMs] as const;
const longestPause = 24 * hourMs;

/**
 * With a third of its life left, and up to a twentieth of it earlier, each certificate at a place of its own: many that
 * were issued together must not all be renewed at once.
 */
export function renewAt({ notBefore, notAfter, fingerprint }: Certificate): number {
  const life = notAfter - notBefore;
  const share = Number.parseInt(fingerprint.replaceAll(':', '').slice(0, 6), 16) / 0xffffff;
  return Math.round(notAfter - life / 3 - (life / 20) * (Number.isNaN(share) ? 0 : share));
}

/** `retryAfterMs`: what the authority asked for, if anything; it is never cut short. */
export function retryAt(failures: number, now: number, retryAfterMs: number | null): number {
  const pause = pauses[Math.min(failures, pauses.length) - 1] ?? longestPause;
  return now + Math.max(pause, retryAfterMs ?? 0);
}
