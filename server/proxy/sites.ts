/** What is served, and whether it answers: for those who watch, not for those who deploy. */

import { type Backend, serviceKey } from '../../shared/proxy/backend.ts';
import type { ProbeResult } from '../../shared/proxy/evidence.ts';
import type { ProxyEdge } from './proxy-edge.ts';
import type { ServiceStore, StoredService } from './service-store.ts';

export interface ServedSite {
  readonly app: string;
  readonly environment: string;
  /** `empty`: nothing was ever live. Only what is `serving` is meant to answer. */
  readonly state: 'serving' | 'paused' | 'stopped' | 'asleep' | 'empty';
  readonly release: number | null;
}

export interface Sites {
  all(): ServedSite[];
  find(app: string, environment: string): ServedSite | null;
  /** `http(s)://host[:port][/prefix]` of each route. */
  urls(app: string, environment: string): string[];
  /** One GET of the health path at an instance, the next one each time: no log has it, and it keeps nobody awake. */
  visit(app: string, environment: string, timeoutMs: number): Promise<ProbeResult>;
}

export function createSites(store: ServiceStore, edge: Pick<ProxyEdge, 'probe' | 'urls'>): Sites {
  let turn = 0;
  return {
    all: () => store.all().map(siteOf),
    find(app, environment) {
      const service = store.find(serviceKey(app, environment));
      return service === null ? null : siteOf(service);
    },
    urls: (app, environment) => edge.urls(serviceKey(app, environment)),
    visit(app, environment, timeoutMs) {
      const key = serviceKey(app, environment);
      const service = store.find(key);
      const backend = service?.backend ?? null;
      if (service === null || backend === null) {
        return Promise.resolve({ kind: 'broken', message: 'nothing serves it' });
      }
      return edge.probe(key, backend, targetOf(backend, turn++), service.healthPath || '/', timeoutMs);
    },
  };
}

function targetOf(backend: Backend, turn: number) {
  return backend.kind === 'folder' ? null : (backend.targets[turn % backend.targets.length] ?? null);
}

function siteOf({ key, backend, gate, asleep }: StoredService): ServedSite {
  const cut = key.indexOf('/');
  const state =
    gate.kind === 'flowing' ? (asleep ? 'asleep' : backend === null ? 'empty' : 'serving') : gate.kind;
  return {
    app: key.slice(0, cut),
    environment: key.slice(cut + 1),
    state,
    release: backend?.release ?? null,
  };
}
