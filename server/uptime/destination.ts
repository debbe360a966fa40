/** The address a probe connects to, or why it may or can not. */

import { reach } from '../kernel/address-guard.ts';
import type { Outcome, ProbeContext } from './outcome.ts';

export type Destination =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'none'; readonly outcome: Outcome };

export async function destination(host: string, context: ProbeContext): Promise<Destination> {
  const reached = await reach(host, context.allowPrivate);
  switch (reached.kind) {
    case 'address':
      return reached;
    case 'nowhere':
      return none({ kind: 'down', ms: null, why: `there is no host ${host}` });
    case 'unsure':
      return none({ kind: 'unsure', why: reached.why });
    case 'forbidden':
      // A public name that suddenly leads inside is a resolver that lies; nothing was learned about the host.
      return none({
        kind: 'unsure',
        why: `${host} is at ${reached.address}, a private address, which this check is not allowed to reach`,
      });
  }
}

function none(outcome: Outcome): Destination {
  return { kind: 'none', outcome };
}
