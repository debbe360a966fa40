/** The DNS provider of a kind. */

import { unreachable } from '../../../shared/errors.ts';
import type { StoredProvider } from '../authority-store.ts';
import type { DnsProvider } from './provider.ts';
import { rfc2136 } from './rfc2136.ts';
import { route53 } from './route53.ts';
import { cloudflare, digitalocean, hetzner, tokenProvider } from './token-providers.ts';

/** Throws `invalid` where a setting is missing. */
export function openProvider(
  { kind, settings }: Pick<StoredProvider, 'kind' | 'settings'>,
  now: () => number,
): DnsProvider {
  switch (kind) {
    case 'cloudflare':
      return tokenProvider(cloudflare, settings);
    case 'hetzner':
      return tokenProvider(hetzner, settings);
    case 'digitalocean':
      return tokenProvider(digitalocean, settings);
    case 'route53':
      return route53(settings, now);
    case 'rfc2136':
      return rfc2136(settings, now);
    default:
      return unreachable(kind);
  }
}
