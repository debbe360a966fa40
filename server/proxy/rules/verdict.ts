/** What the rules of an environment say to a request before any app hears of it. */

export type Verdict =
  | { kind: 'redirect'; status: number; location: string }
  /** A browser asks whether another site's script may do this. */
  | { kind: 'preflight'; fields: string }
  | { kind: 'forbidden' }
  | { kind: 'maintenance'; retryAfter: number }
  /** `retryAfter` in whole seconds. */
  | { kind: 'too-many'; retryAfter: number }
  /** More at once than the app is to have. */
  | { kind: 'busy' }
  /** `to`: what was asked for, to go on to. */
  | { kind: 'password'; asksName: boolean; to: string }
  | { kind: 'challenge'; bits: number };

/** What rules look at. */
export interface RuledRequest {
  readonly method: string;
  /** As the visitor sent it, with the query. */
  readonly path: string;
  /** As the visitor sent it. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  /** The visitor's address, behind trusted proxies. */
  readonly client: string;
  /** The request's field lines. */
  readonly fields: string;
}
