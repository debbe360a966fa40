/** What the proxy can be told by whoever deploys: who serves a service, under which hosts, and how it fares. */

import type { Backend, Route, ServiceKey, Shortcut, Target } from '../../shared/proxy/backend.ts';
import type { ErrorShare, ProbeResult } from '../../shared/proxy/evidence.ts';
import type { FileRules } from '../../shared/proxy/rules.ts';
import type { Log } from '../kernel/log.ts';
import { ask } from './ask.ts';
import { type GateState, nextGateState } from './gate.ts';
import { giveHost, setConfigRoutes } from './host-claims.ts';
import type { Drained } from './live-backend.ts';
import { probeFolder, probeTarget } from './probe.ts';
import type { RuleStore } from './rules/rule-store.ts';
import type { ServiceStore } from './service-store.ts';
import { holdMs, type Services } from './services.ts';
import type { Shortcuts } from './shortcuts.ts';

export interface ProxyEdgeOptions {
  readonly store: ServiceStore;
  readonly services: Services;
  readonly rules: RuleStore;
  readonly shortcuts: Shortcuts;
  readonly log: Log;
  /** Where the proxy itself can be reached, or null while it does not listen. */
  listening(): { address: string; port: number } | null;
  /** The port visitors use, where it is not the one listened on (a forwarded port). */
  readonly publicPort: number | null;
  /** `https://host[:port]` where visitors of the host belong on HTTPS; null where plain HTTP is theirs. Default null. */
  secureUrl?(host: string): string | null;
  /** The live services and routes are now what is stored. */
  onFollowed?(): void;
  /** What requests meet has changed, in whatever way. */
  onChanged?(): void;
  /** Other processes that send requests on by the same routes. Default none. */
  readonly elsewhere?: Elsewhere;
  /** Headers by which the listener knows its own probe, and adds `Windlass-Release` to the answer. */
  readonly probeHeaders: Readonly<Record<string, string>>;
  /** For one question through the listener, ms. */
  readonly selfProbeMs: number;
}

/** Where else requests of services are under way. */
export interface Elsewhere {
  /** Resolves once everybody goes by the newest routes. */
  settled(): Promise<void>;
  drain(service: ServiceKey, timeoutMs: number): Promise<Drained>;
  inFlight(service: ServiceKey): number;
}

export class ProxyEdge {
  readonly #options: ProxyEdgeOptions;
  readonly #store: ServiceStore;
  readonly #services: Services;
  /** Services that a request wants awake, until somebody listens. */
  readonly #wanted = new Set<ServiceKey>();
  #wake: ((service: ServiceKey) => void) | null = null;

  constructor(options: ProxyEdgeOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#services = options.services;
  }

  /** The port the proxy listens on, or null while it does not. */
  get port(): number | null {
    return this.#options.listening()?.port ?? null;
  }

  /** Makes sure the service exists with this as its given host; throws `conflict` naming the app that has the host. */
  ensureService(service: ServiceKey, givenHost: string): void {
    giveHost(this.#store, service, givenHost);
    this.follow();
  }

  /** Replaces the path prefixes that `windlass.json` asks for on the given host. Throws `invalid` and `conflict`. */
  setConfigRoutes(service: ServiceKey, routes: readonly Pick<Route, 'pathPrefix' | 'stripPrefix'>[]): void {
    setConfigRoutes(this.#store, service, routes);
    this.follow();
  }

  /** Replaces the rules that `windlass.json` asks for; those set by hand stay. */
  setConfigRules(service: ServiceKey, rules: FileRules): void {
    this.#options.rules.put(service, 'file', rules);
    this.follow();
  }

  /**
   * The path at which the proxy itself answers 200 while the service is paused or stopped, so that a balancer before it
   * keeps the host. `/` is a page for visitors, who must be held or told, and so sets none.
   */
  setHealthPath(service: ServiceKey, path: string): void {
    this.#store.setHealthPath(service, path === '/' ? '' : path);
    this.follow();
  }

  /**
   * Stores `backend`, in the caller's transaction. The function it returns makes it serve; call it once the transaction
   * is on disk. No request that starts after that call reaches the one before it. Throws `not-found`.
   */
  stageBackend(service: ServiceKey, backend: Backend | null): () => void {
    const { gate } = this.#store.get(service);
    this.#store.transaction(() => {
      this.#store.setBackend(service, backend);
      if (backend !== null) {
        this.#store.setGate(service, nextGateState(gate, { kind: 'deployed' }));
        this.#store.setAsleep(service, false);
      }
    });
    let swapped = false;
    return () => {
      if (swapped) return;
      swapped = true;
      this.#services.swap(service, backend);
      this.#changed();
    };
  }

  /**
   * Requests for the instance go there instead of to the address in its backend, while it is open; null for no more. Not
   * stored, as another may have the address after a restart.
   */
  shortcut(instance: string, shortcut: Shortcut | null): void {
    this.#options.shortcuts.set(instance, shortcut);
  }

  /**
   * Closes WebSockets of, and waits `timeoutMs` at most for requests on, every backend of the service but the current
   * one; all of them, whatever their `release`, as none of them will ever get a request again.
   */
  async drain(service: ServiceKey, _release: number, timeoutMs: number): Promise<Drained> {
    const none: Drained = { finished: 0, cut: 0 };
    const [here, elsewhere] = await Promise.all([
      this.#services.get(service)?.drain(timeoutMs) ?? none,
      this.#options.elsewhere?.drain(service, timeoutMs) ?? none,
    ]);
    return { finished: here.finished + elsewhere.finished, cut: here.cut + elsewhere.cut };
  }

  /** One GET at the target itself (for a folder: a look for the file), with the service's given host. Never rejects. */
  probe(
    service: ServiceKey,
    backend: Backend,
    target: Target | null,
    path: string,
    timeoutMs: number,
  ): Promise<ProbeResult> {
    if (backend.kind === 'folder') return Promise.resolve(probeFolder(backend, path));
    const asked = target ?? backend.targets[0];
    if (asked === undefined) return Promise.resolve({ kind: 'broken', message: 'there is no instance' });
    const to = this.#options.shortcuts.to(asked) ?? asked;
    return probeTarget(to, this.#store.find(service)?.givenHost ?? 'localhost', path, timeoutMs);
  }

  /** One GET through the listener, as a visitor would; resolves to the release that answered, or null for none. */
  async releaseServing(service: ServiceKey, path: string): Promise<number | null> {
    const listening = this.#options.listening();
    const stored = this.#store.find(service);
    if (listening === null || stored === null) return null;
    await this.#options.elsewhere?.settled();
    const answer = await ask({
      ...listening,
      host: stored.givenHost,
      path,
      headers: this.#options.probeHeaders,
      timeoutMs: this.#options.selfProbeMs,
    });
    if (answer.kind !== 'answered') return null;
    const release = Number.parseInt(answer.headers.get('windlass-release') ?? '', 10);
    return Number.isNaN(release) ? null : release;
  }

  /** Counts since the release became current. */
  errorShare(service: ServiceKey, release: number): ErrorShare {
    return this.#services.get(service)?.errorShare(release) ?? { requests: 0, errors: 0 };
  }

  /** `http://host[:port][/prefix]` of each route, the given host first. */
  urls(service: ServiceKey): string[] {
    const port = this.#options.publicPort ?? this.port ?? 80;
    const suffix = port === 80 ? '' : `:${port}`;
    const routes = this.#store.find(service)?.routes ?? [];
    return routes.map(
      ({ host, pathPrefix }) =>
        (this.#options.secureUrl?.(host) ?? `http://${host}${suffix}`) +
        (pathPrefix === '/' ? '' : pathPrefix),
    );
  }

  isPaused(service: ServiceKey): boolean {
    return this.#services.get(service)?.gate.state.kind === 'paused';
  }

  /** Requests that a pause holds now. */
  heldRequests(service: ServiceKey): number {
    return this.#services.get(service)?.gate.waiting ?? 0;
  }

  /** Every request gets 503 (stopped by hand) until the next backend; those a pause holds get it at once. Persisted. */
  stop(service: ServiceKey): void {
    this.#store.transaction(() => {
      this.#store.get(service);
      this.#store.setBackend(service, null);
      this.#store.setGate(service, { kind: 'stopped' });
      this.#store.setAsleep(service, false);
    });
    this.#onceStored(() => {
      if (this.#store.find(service)?.gate.kind === 'stopped') this.#services.get(service)?.stop();
      this.#changed();
    });
  }

  /** Requests since the release became current, and those under way on any; an open WebSocket is one. */
  activity(service: ServiceKey): { requests: number; inFlight: number } {
    const live = this.#services.get(service);
    const release = live?.backend?.release;
    const requests = release === undefined ? 0 : (live?.errorShare(release).requests ?? 0);
    return { requests, inFlight: (live?.inFlight ?? 0) + this.#elsewhere(service) };
  }

  /**
   * From now on nothing serves the service, and its requests are held until the next backend; the first is told to
   * `onWake`. Persisted. False, and nothing happens, where requests are under way. Not within a transaction.
   */
  sleep(service: ServiceKey): boolean {
    const live = this.#services.get(service);
    if (live === undefined || live.backend === null) return false;
    if (live.inFlight + this.#elsewhere(service) > 0) return false;
    this.#store.transaction(() => {
      this.#store.setBackend(service, null);
      this.#store.setAsleep(service, true);
    });
    live.lieDown(holdMs);
    this.#changed();
    return true;
  }

  isAsleep(service: ServiceKey): boolean {
    return this.#store.find(service)?.asleep ?? false;
  }

  /** One listener; it also hears of what was wanted before it listened. */
  onWake(listener: (service: ServiceKey) => void): void {
    this.#wake = listener;
    for (const service of this.#wanted) listener(service);
    this.#wanted.clear();
  }

  /** For the services: a request has come to one that is asleep. */
  woken(service: ServiceKey): void {
    if (this.#wake === null) this.#wanted.add(service);
    else this.#wake(service);
  }

  /** The service could not be brought back: those that wait get 503, and the next request tries again. */
  wakeFailed(service: ServiceKey): void {
    this.#services.get(service)?.wakeFailed(holdMs);
  }

  /** Forgets the service and frees its hosts; requests still under way are ended. */
  remove(service: ServiceKey): void {
    this.#store.remove(service);
    this.#options.rules.forget(service);
    this.follow();
  }

  /** Holds (`maxPauseMs` each) or frees requests; a stopped service stays stopped. Persisted. */
  setTraffic(
    service: ServiceKey,
    event: { kind: 'pause'; maxPauseMs: number } | { kind: 'resume' },
  ): GateState {
    const state = nextGateState(this.#store.get(service).gate, event);
    this.#store.setGate(service, state);
    this.#services.get(service)?.gate.set(state);
    this.#changed();
    return state;
  }

  /** Brings the live services and the route table in line with what is stored. */
  restore(): void {
    this.#services.sync(this.#store.all(), this.#store.endpointHosts());
    this.#options.onFollowed?.();
    this.#changed();
  }

  #changed(): void {
    this.#options.onChanged?.();
  }

  /** Requests under way in other processes, as they last said. */
  #elsewhere(service: ServiceKey): number {
    return this.#options.elsewhere?.inFlight(service) ?? 0;
  }

  /** As `restore`, or, within a caller's transaction, as soon as that has ended. */
  follow(): void {
    this.#onceStored(() => this.restore());
  }

  /**
   * Runs `follow` at once, or, within a caller's transaction, as soon as that has ended: transactions are synchronous,
   * so a microtask sees what became of it, and requests never follow what was taken back.
   */
  #onceStored(follow: () => void): void {
    if (!this.#store.inTransaction) {
      follow();
      return;
    }
    queueMicrotask(() => {
      try {
        follow();
      } catch (error) {
        this.#options.log.error('the proxy could not follow what is stored', { error });
      }
    });
  }
}
