/** What the server and the process that speaks ACME tell each other: one JSON value a line. */

import type { ChallengeKind } from '../../../shared/certificates/contract.ts';

/** The first line to the process. */
export interface AcmeOrder {
  readonly directory: string;
  /** PEM of the root behind the directory's certificate; empty for the system's. */
  readonly trust: string;
  readonly email: string;
  /** PEM. */
  readonly accountKey: string;
  /** Empty where the account is still to be opened. */
  readonly accountUrl: string;
  readonly host: string;
  readonly challenge: ChallengeKind;
  /** For one answer of the authority. */
  readonly answerMs: number;
}

/** From the process. */
export type AcmeNews =
  /** Wants `value` shown: over HTTP under `token`, or as the TXT record `name`. Answered with `ready` or `cannot`. */
  | { kind: 'show'; challenge: ChallengeKind; token: string; name: string; value: string }
  | { kind: 'account'; url: string }
  | { kind: 'issued'; chain: string; key: string }
  | { kind: 'refused'; fault: AcmeFault };

export type AcmeAnswer = { kind: 'ready' } | { kind: 'cannot' };

export interface AcmeFault {
  /** `network`: the authority was not reached. `nonsense`: it was, but does not speak ACME. `authority`: it said no. */
  readonly kind: 'network' | 'nonsense' | 'authority' | 'rate-limit';
  /** In the authority's own words where it had some. */
  readonly message: string;
  readonly retryAfterMs: number | null;
}
