/** Calls the webhook of somebody who subscribed: an address a stranger gave, so nothing inside may be reached by it. */

import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { WindlassError } from '../../shared/errors.ts';
import { reach } from '../kernel/address-guard.ts';

const timeoutMs = 10_000;

/** Throws where it was not taken. */
export async function callWebhook(address: string, message: object, signal: AbortSignal): Promise<void> {
  const url = new URL(address);
  const place = await reach(url.hostname, false);
  if (place.kind !== 'address') throw new WindlassError('forbidden', `${url.hostname} cannot be reached`);
  const pinned = new URL(url);
  pinned.hostname = place.address.includes(':') ? `[${place.address}]` : place.address;
  const answer = await fetch(pinned.href, {
    method: 'POST',
    headers: { Host: url.host, 'Content-Type': 'application/json', 'User-Agent': 'Windlass-Status' },
    body: JSON.stringify(message),
    redirect: 'manual',
    keepalive: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    tls: {
      serverName: url.hostname,
      checkServerIdentity: (_name: string, shown: PeerCertificate) =>
        checkServerIdentity(url.hostname, shown),
    },
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new WindlassError('unavailable', `${url.hostname} answered ${answer.status}`);
}
