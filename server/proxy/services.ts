/** The set of live services and the route table over them, made to follow what is stored. */

import type { Backend, ServiceKey, Target } from '../../shared/proxy/backend.ts';
import type { Clock } from '../kernel/clock.ts';
import { Gate } from './gate.ts';
import { LiveService } from './live-service.ts';
import { buildRouteTable } from './routes.ts';
import type { ServiceRules } from './rules/service-rules.ts';
import type { Match, RouteTable } from './service.ts';
import type { StoredService } from './service-store.ts';

export interface ServicesOptions {
  readonly clock: Clock;
  /** Between the probes of a target that is out of its rotation, ms. */
  readonly reprobeMs: number;
  answers(service: StoredService, target: Target): Promise<boolean>;
  onHealth(service: ServiceKey, target: Target, healthy: boolean): void;
  onTargetGone(target: Target): void;
  /** The rules of a service as they are stored now. Default none. */
  rulesOf?(service: ServiceKey): ServiceRules | null;
  onServiceGone?(service: ServiceKey): void;
  /** A request has come to a service that is asleep. */
  onWake?(service: ServiceKey): void;
}

/** How long a request waits for a service that is asleep, ms: as long as a release has to become healthy. */
export const holdMs = 60_000;

export class Services {
  readonly #options: ServicesOptions;
  readonly #live = new Map<ServiceKey, LiveService>();
  readonly #stored = new Map<ServiceKey, StoredService>();
  readonly #closing = new Set<Promise<void>>();
  #table: RouteTable = buildRouteTable([]);
  #hosts: ReadonlySet<string> = new Set();

  constructor(options: ServicesOptions) {
    this.#options = options;
  }

  /** The newest routes; replaced as a whole. */
  get table(): RouteTable {
    return this.#table;
  }

  /** Every host and wildcard that leads somewhere; replaced as a whole. */
  get hosts(): ReadonlySet<string> {
    return this.#hosts;
  }

  get(key: ServiceKey): LiveService | undefined {
    return this.#live.get(key);
  }

  all(): Iterable<LiveService> {
    return this.#live.values();
  }

  /**
   * Follows what is stored: new services come up with their stored backend (all targets presumed healthy), missing ones
   * go at once, routes are replaced as a whole. The backend and gate of a service that is there already stay:
   * `swap` and its gate are for those. `endpointHosts` are the hosts that endpoints own.
   */
  sync(stored: readonly StoredService[], endpointHosts: ReadonlyMap<string, string> = new Map()): void {
    const missing = new Set(this.#live.keys());
    const matches: Match[] = [];
    for (const record of stored) {
      missing.delete(record.key);
      this.#stored.set(record.key, record);
      const service = this.#live.get(record.key) ?? this.#bringUp(record);
      service.healthPath = record.healthPath;
      service.rules = this.#options.rulesOf?.(record.key) ?? null;
      for (const { host, pathPrefix, stripPrefix } of record.routes) {
        matches.push({ service, route: { host, pathPrefix, stripPrefix } });
      }
    }
    this.#table = buildRouteTable(matches, endpointHosts);
    this.#hosts = new Set([...matches.map(({ route }) => route.host), ...endpointHosts.keys()]);
    for (const key of missing) this.#drop(key);
  }

  /** Makes `backend` serve; unknown services are left alone (they were removed meanwhile). */
  swap(key: ServiceKey, backend: Backend | null): void {
    this.#live.get(key)?.swap(backend);
  }

  /** For the end of the server: drains every backend, `timeoutMs` at most, and probes no more. */
  async shutDown(timeoutMs: number): Promise<void> {
    const open = [...this.#live.values()].map((service) => service.shutDown(timeoutMs));
    await Promise.all([...open, ...this.#closing]);
  }

  #bringUp(record: StoredService): LiveService {
    const { clock, reprobeMs, answers, onHealth, onTargetGone } = this.#options;
    const service = new LiveService({
      key: record.key,
      gate: new Gate(clock),
      bed: new Gate(clock),
      onWake: () => this.#options.onWake?.(record.key),
      reprobeMs,
      answers: (target) => answers(this.#stored.get(record.key) ?? record, target),
      onHealth: (target, healthy) => onHealth(record.key, target, healthy),
      onTargetGone,
    });
    service.swap(record.backend);
    if (record.asleep) service.lieDown(holdMs);
    service.gate.set(record.gate);
    this.#live.set(record.key, service);
    return service;
  }

  #drop(key: ServiceKey): void {
    const service = this.#live.get(key);
    this.#live.delete(key);
    this.#stored.delete(key);
    this.#options.onServiceGone?.(key);
    if (service === undefined) return;
    const closing = service.close(0).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
