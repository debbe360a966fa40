/** A TLS check: a handshake with a certificate that is trusted, for this name, and good for long enough. */

import type { Target } from '../../../shared/uptime/check.ts';
import { certificateFault, daysLeft } from '../certificate.ts';
import { converse } from '../conversation.ts';
import { destination } from '../destination.ts';
import { failureOf, type Outcome, type ProbeContext } from '../outcome.ts';

export async function probeTls(
  { host, port, days, issuer, ca }: Extract<Target, { kind: 'tls' }>,
  context: ProbeContext,
): Promise<Outcome> {
  const place = await destination(host, context);
  if (place.kind === 'none') return place.outcome;
  const startedAt = performance.now();
  try {
    return await converse<Outcome>({
      ...{ address: place.address, port, signal: context.signal },
      tls: { name: host, ca, strict: true },
      connected: (socket) => {
        const certificate = socket.getPeerCertificate();
        const ms = performance.now() - startedAt;
        const fault = certificateFault(certificate, days, issuer, Date.now());
        if (fault !== null) return { kind: 'down', ms, why: fault };
        const left = Math.floor(daysLeft(certificate, Date.now()));
        return { kind: 'up', ms, detail: `good for ${left} days` };
      },
      decide: () => undefined,
    });
  } catch (error) {
    return failureOf(error, context.timeoutMs);
  }
}
