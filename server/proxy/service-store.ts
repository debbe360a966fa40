/** Services and routes in control.db: what a restart of the server brings back. */

import { WindlassError } from '../../shared/errors.ts';
import {
  type Backend,
  backend as backendShape,
  type Route,
  type ServiceKey,
} from '../../shared/proxy/backend.ts';
import type { Store } from '../kernel/store.ts';
import { flowing, type GateState } from './gate.ts';

/** `given`: the host every environment gets. `config`: asked for by windlass.json. `added`: by hand. */
export interface StoredRoute extends Route {
  origin: 'given' | 'config' | 'added';
}

export interface StoredService {
  key: ServiceKey;
  givenHost: string;
  backend: Backend | null;
  gate: GateState;
  /** Its instances ended for want of requests; the next one wakes it. */
  asleep: boolean;
  /** Answered by the proxy itself while paused or stopped; empty for none. */
  healthPath: string;
  /** The given one first, then by host and prefix. */
  routes: StoredRoute[];
}

interface ServiceRow {
  key: string;
  given_host: string;
  backend: string | null;
  gate: GateState['kind'];
  max_pause_ms: number;
  health_path: string;
  asleep: number;
}

interface RouteRow {
  host: string;
  path_prefix: string;
  strip_prefix: number;
  service: string;
  origin: StoredRoute['origin'];
}

export class ServiceStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Every change goes through here: on return it is on disk (or in the caller's transaction), on throw nothing changed. */
  transaction<T>(work: () => T): T {
    return this.#store.transaction(work);
  }

  /** Whether a caller's transaction is open, so that what is read now may still be taken back. */
  get inTransaction(): boolean {
    return this.#store.db.inTransaction;
  }

  all(): StoredService[] {
    return this.#store.db
      .query<ServiceRow, []>('SELECT * FROM proxy_services ORDER BY key')
      .all()
      .map((row) => this.#withRoutes(row));
  }

  find(key: ServiceKey): StoredService | null {
    const row = this.#store.db
      .query<ServiceRow, [string]>('SELECT * FROM proxy_services WHERE key = ?')
      .get(key);
    return row === null ? null : this.#withRoutes(row);
  }

  /** As `find`, but throws `WindlassError('not-found')`. */
  get(key: ServiceKey): StoredService {
    const service = this.find(key);
    if (service === null) {
      throw new WindlassError('not-found', `there is no ${key}`, {
        hint: 'Deploy it first, or see `windlass apps` for what there is.',
      });
    }
    return service;
  }

  /** Routes on exactly this host (or wildcard), of any service. */
  routesOn(host: string): { service: ServiceKey; pathPrefix: string; origin: StoredRoute['origin'] }[] {
    return this.#store.db
      .query<RouteRow, [string]>('SELECT * FROM proxy_routes WHERE host = ? ORDER BY path_prefix')
      .all(host)
      .map((row) => ({ service: row.service, pathPrefix: row.path_prefix, origin: row.origin }));
  }

  /** Hosts that endpoints own, each with the endpoint's name. */
  endpointHosts(): Map<string, string> {
    const rows = this.#store.db
      .query<{ host: string; endpoint: string }, []>('SELECT * FROM proxy_endpoint_hosts ORDER BY host')
      .all();
    return new Map(rows.map(({ host, endpoint }) => [host, endpoint]));
  }

  putEndpointHost(host: string, endpoint: string): void {
    this.#store.db
      .query(
        `INSERT INTO proxy_endpoint_hosts (host, endpoint) VALUES (?1, ?2)
         ON CONFLICT (host) DO UPDATE SET endpoint = ?2`,
      )
      .run(host, endpoint);
  }

  removeEndpointHost(host: string): void {
    this.#store.db.query('DELETE FROM proxy_endpoint_hosts WHERE host = ?').run(host);
  }

  putService(key: ServiceKey, givenHost: string): void {
    this.#store.db
      .query(
        `INSERT INTO proxy_services (key, given_host) VALUES (?1, ?2)
         ON CONFLICT (key) DO UPDATE SET given_host = ?2`,
      )
      .run(key, givenHost);
  }

  putRoute(key: ServiceKey, route: StoredRoute): void {
    this.#store.db
      .query(
        `INSERT INTO proxy_routes (host, path_prefix, strip_prefix, service, origin) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (host, path_prefix) DO UPDATE SET strip_prefix = ?3, service = ?4, origin = ?5`,
      )
      .run(route.host, route.pathPrefix, route.stripPrefix ? 1 : 0, key, route.origin);
  }

  removeRoute(key: ServiceKey, host: string, pathPrefix: string): void {
    this.#store.db
      .query('DELETE FROM proxy_routes WHERE service = ? AND host = ? AND path_prefix = ?')
      .run(key, host, pathPrefix);
  }

  removeRoutesOf(key: ServiceKey, origin: StoredRoute['origin']): void {
    this.#store.db.query('DELETE FROM proxy_routes WHERE service = ? AND origin = ?').run(key, origin);
  }

  setBackend(key: ServiceKey, backend: Backend | null): void {
    this.#store.db
      .query('UPDATE proxy_services SET backend = ? WHERE key = ?')
      .run(backend === null ? null : JSON.stringify(backend), key);
  }

  setAsleep(key: ServiceKey, asleep: boolean): void {
    this.#store.db.query('UPDATE proxy_services SET asleep = ? WHERE key = ?').run(asleep ? 1 : 0, key);
  }

  setGate(key: ServiceKey, gate: GateState): void {
    this.#store.db
      .query('UPDATE proxy_services SET gate = ?, max_pause_ms = ? WHERE key = ?')
      .run(gate.kind, gate.kind === 'paused' ? gate.maxPauseMs : 0, key);
  }

  setHealthPath(key: ServiceKey, healthPath: string): void {
    this.#store.db.query('UPDATE proxy_services SET health_path = ? WHERE key = ?').run(healthPath, key);
  }

  remove(key: ServiceKey): void {
    this.#store.transaction(() => {
      this.#store.db.query('DELETE FROM proxy_routes WHERE service = ?').run(key);
      this.#store.db.query('DELETE FROM proxy_services WHERE key = ?').run(key);
    });
  }

  #withRoutes(row: ServiceRow): StoredService {
    const routes = this.#store.db
      .query<RouteRow, [string]>(
        `SELECT * FROM proxy_routes WHERE service = ? ORDER BY origin <> 'given', host, path_prefix`,
      )
      .all(row.key)
      .map((route) => ({
        host: route.host,
        pathPrefix: route.path_prefix,
        stripPrefix: route.strip_prefix === 1,
        origin: route.origin,
      }));
    return {
      key: row.key,
      givenHost: row.given_host,
      backend: row.backend === null ? null : parseBackend(row.key, row.backend),
      gate: row.gate === 'paused' ? { kind: 'paused', maxPauseMs: row.max_pause_ms } : gateOf(row.gate),
      asleep: row.asleep === 1,
      healthPath: row.health_path,
      routes,
    };
  }
}

function gateOf(kind: 'flowing' | 'stopped'): GateState {
  return kind === 'flowing' ? flowing : { kind };
}

function parseBackend(key: ServiceKey, json: string): Backend {
  try {
    return backendShape.parse(JSON.parse(json));
  } catch (cause) {
    throw new WindlassError('failed', `what serves ${key} is stored in a form this version cannot read`, {
      hint: 'Run the version that wrote it, or restore a backup.',
      cause,
    });
  }
}
