/** A service at run time, as the data path sees it: may this request go, where to, and how did it end. */

import type { Backend, Route, ServiceKey, Target } from '../../shared/proxy/backend.ts';
import type { ServiceRules } from './rules/service-rules.ts';
import type { Hold } from './second-wind.ts';

/** What the gate says to a request that has just arrived. */
export type Admission =
  | { kind: 'go'; lease: Lease }
  /** Held by a pause: ask `admit` again once it resolves to `go`. `timed-out` is 504, `stopped` 503. */
  | {
      kind: 'wait';
      until: Promise<'go' | 'timed-out' | 'stopped'>;
      /** Gives the place in the queue back where the visitor goes away first; `until` then never settles. */
      leave(): void;
    }
  /** Stopped by hand: 503. */
  | { kind: 'stopped' }
  /** Nothing was ever deployed: 404. */
  | { kind: 'empty' };

/** How a request ended; counted for the error share, the access log and the targets' health. */
export interface Outcome {
  /** What the visitor got; 499 where the visitor went away first. */
  status: number;
  /** True where the answer came from the proxy because the app gave none. */
  byProxy: boolean;
}

/** The right of one request to use one backend. While it is held the backend is not drained. */
export interface Lease {
  readonly service: ServiceKey;
  readonly backend: Backend;
  /** The least busy healthy target not in `tried`; null where there is none. Counts it as busy until `end`. */
  pick(tried: ReadonlySet<string>): Target | null;
  /** The target answered (any status): it is healthy. */
  answered(target: Target): void;
  /** The target refused, died before its headers, or stayed silent: it leaves the rotation until a probe succeeds. */
  failed(target: Target): void;
  /** Called once when the backend starts to drain (WebSockets close then). Calls back at once where it already does. */
  onDrain(callback: () => void): void;
  /** Called once when the drain's deadline has passed: the request must end now, with 504 where no byte was sent yet. */
  onCut(callback: () => void): void;
  /** Exactly once per lease. */
  end(outcome: Outcome): void;
}

export interface Service {
  readonly key: ServiceKey;
  /** Where a health path is asked of the proxy itself while paused or stopped, it answers 200 (so outer balancers keep the host). */
  readonly healthPath: string;
  /** The release that serves now; null while nothing does. */
  readonly release: number | null;
  /** What its requests are asked before they are let in; null for nothing. */
  readonly rules: ServiceRules | null;
  admit(): Admission;
  /**
   * For a request without an answer that may be sent again: waits until the backend changes or a target answers again,
   * a second at most. End `lease` and ask `admit` again then. Null where waiting is in vain.
   */
  hold(lease: Lease): Hold | null;
}

export interface Match {
  service: Service;
  route: Route;
}

/** Every route there is; replaced as a whole, never changed in place. */
export interface RouteTable {
  /** `host` is the raw Host header value (any case, port and trailing dot allowed), `path` the raw request path. */
  match(host: string, path: string): Match | null;
  /** Whose site the host is: of what is served there, that with the shortest path prefix. */
  site(host: string): Service | null;
  /** The endpoint that was given the whole host. */
  endpoint(host: string): string | null;
}

/** One line of the access log. Sizes in bytes, times in ms. */
export interface AccessEntry {
  at: number;
  service: ServiceKey | null;
  release: number | null;
  target: string | null;
  client: string;
  method: string;
  host: string;
  path: string;
  status: number;
  bytesIn: number;
  bytesOut: number;
  ms: number;
  /** To the first byte from the app; null where it gave none. */
  upstreamMs: number | null;
  userAgent: string;
  referrer: string;
}

export interface AccessLog {
  /** Never blocks, never throws. */
  record(entry: AccessEntry): void;
}
