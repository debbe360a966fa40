/** The line under a server's name, the same on each of its pages. Pure. */

import type { Address } from '../../../shared/desktop/address.ts';

export function serverLead(address: Address): string {
  if (address.kind === 'local') return 'Windlass running beside this desktop';
  return `${address.user}@${address.host}${address.port === 22 ? '' : `:${address.port}`}`;
}
