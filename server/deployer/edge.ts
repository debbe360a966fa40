/** What the deployer needs of whatever carries requests to instances. The proxy fits it; compose.ts joins the two. */

import type { Backend, Route, ServiceKey, Shortcut, Target } from '../../shared/proxy/backend.ts';
import type { ErrorShare, ProbeResult } from '../../shared/proxy/evidence.ts';
import type { FileRules } from '../../shared/proxy/rules.ts';

export type { ErrorShare, ProbeResult };

export interface Edge {
  /** The port the proxy listens on, or null before it does. */
  readonly port: number | null;
  /** Makes sure the service exists with this as its given host; throws `conflict` naming the app that has the host. */
  ensureService(service: ServiceKey, givenHost: string): void;
  /** Replaces the routes that `windlass.json` asks for (path prefixes on the given host). Same errors. */
  setConfigRoutes(service: ServiceKey, routes: readonly Pick<Route, 'pathPrefix' | 'stripPrefix'>[]): void;
  /** Replaces the rules that `windlass.json` asks for; those set by hand stay. Call it inside the store's transaction. */
  setConfigRules(service: ServiceKey, rules: FileRules): void;
  /** The path at which the proxy itself answers 200 while the service is paused or stopped. */
  setHealthPath(service: ServiceKey, path: string): void;
  /**
   * Stores `backend` as what serves `service`; call it inside the store's transaction. The function it returns swaps
   * the table in memory; call it once the transaction is on disk. No request that starts after it reaches the old one.
   */
  stageBackend(service: ServiceKey, backend: Backend | null): () => void;
  /**
   * Requests for the instance go there instead of to the address in its backend, while it is open; null for no more. Not
   * stored, as another may have the address after a restart.
   */
  shortcut(instance: string, shortcut: Shortcut | null): void;
  /** Closes WebSockets of, and waits for requests on, every backend of the service but the current one. */
  drain(service: ServiceKey, release: number, timeoutMs: number): Promise<{ finished: number; cut: number }>;
  /** One GET at the target itself, with the service's host and `timeoutMs` for the whole answer. */
  probe(
    service: ServiceKey,
    backend: Backend,
    target: Target | null,
    path: string,
    timeoutMs: number,
  ): Promise<ProbeResult>;
  /** One GET through the listener, as a visitor would; resolves to the release that answered, or null for none. */
  releaseServing(service: ServiceKey, path: string): Promise<number | null>;
  /** Counts since the release became current. */
  errorShare(service: ServiceKey, release: number): ErrorShare;
  /** `http://host[:port]` of each route, the given host first. */
  urls(service: ServiceKey): string[];
  isPaused(service: ServiceKey): boolean;
  /** Every request gets 503 (stopped by hand) until the next backend. Persisted. */
  stop(service: ServiceKey): void;
  /** Requests since the release became current, and those under way on any; an open WebSocket is one. */
  activity(service: ServiceKey): { requests: number; inFlight: number };
  /**
   * From now on nothing serves the service, and its requests are held until the next backend; the first is told to
   * `onWake`. Persisted. False, and nothing happens, where requests are under way. Not within a transaction.
   */
  sleep(service: ServiceKey): boolean;
  isAsleep(service: ServiceKey): boolean;
  /** One listener; it also hears of what was wanted before it listened. */
  onWake(listener: (service: ServiceKey) => void): void;
  /** The service could not be brought back: those that wait get 503, and the next request tries again. */
  wakeFailed(service: ServiceKey): void;
  /** Forgets the service and frees its hosts. */
  remove(service: ServiceKey): void;
}
