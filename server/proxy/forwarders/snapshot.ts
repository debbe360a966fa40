/** What a forwarder knows: the routes as they are now, and of each service what it may answer without asking. */

import type { Backend, Route, ServiceKey } from '../../../shared/proxy/backend.ts';
import type { RouteRules } from '../../../shared/proxy/rules.ts';
import type { AnswerFilter } from '../../kernel/answer-filter.ts';
import type { LiveService } from '../live-service.ts';
import type { StoredService } from '../service-store.ts';
import type { CertificateSource, ServerCertificate } from '../tls/certificate-source.ts';

export interface ForwardedService {
  readonly key: ServiceKey;
  readonly givenHost: string;
  readonly healthPath: string;
  readonly routes: readonly Route[];
  /** Null where all its requests are the main process's: paused, stopped, asleep, or with rules that count. */
  readonly backend: Backend | null;
  readonly rules: RouteRules | null;
  /** Its pages may be changed by a feature, and so are the main process's. */
  readonly changedPages: boolean;
}

/** What a host without a wildcard means for how a visitor comes. */
export interface HostManners {
  /** Plain requests to it are led to HTTPS. */
  readonly insists: boolean;
  /** Value of Strict-Transport-Security; null for none. */
  readonly strict: string | null;
}

export interface Snapshot {
  /** Counts up. */
  readonly version: number;
  readonly services: readonly ForwardedService[];
  /** Only of these does a forwarder know how they want to be visited. */
  readonly manners: Readonly<Record<string, HostManners>>;
  /** Ranges of proxies whose word about the visitor is believed. */
  readonly trusted: readonly string[];
}

/** Every pair that may be shown, by host or wildcard, and the one for clients without a name. */
export interface CertificateCopy {
  readonly names: Readonly<Record<string, ServerCertificate>>;
  readonly nameless: ServerCertificate;
}

export interface SnapshotSources {
  stored(): readonly StoredService[];
  live(key: ServiceKey): LiveService | undefined;
  /** The rules in force; `counted` where only one process can ask them. */
  rules(key: ServiceKey): RouteRules | null | 'counted';
  filters(): readonly AnswerFilter[];
  trusted(): readonly string[];
  /** Null where there is no HTTPS. */
  readonly https: { insists(host: string): boolean; readonly certificates: CertificateSource } | null;
}

export function takeSnapshot(version: number, sources: SnapshotSources): Snapshot {
  const services = sources.stored().map((stored) => forwarded(stored, sources));
  const manners: Record<string, HostManners> = {};
  for (const { host } of services.flatMap(({ routes }) => routes)) {
    if (host.startsWith('*.')) continue;
    manners[host] = {
      insists: sources.https?.insists(host) ?? false,
      strict: sources.https?.certificates.strictTransport(host) ?? null,
    };
  }
  return { version, services, manners, trusted: sources.trusted() };
}

/** Keys of the services whose pages a feature may change as of now; one line each. Nobody says when that changes. */
export function changedServices({ stored, filters }: Pick<SnapshotSources, 'stored' | 'filters'>): string {
  return stored()
    .filter(({ key }) => isChanged(key, filters()))
    .map(({ key }) => key)
    .join('\n');
}

function isChanged(key: ServiceKey, filters: readonly AnswerFilter[]): boolean {
  return filters.some((filter) => filter.covers(key));
}

function forwarded(stored: StoredService, sources: SnapshotSources): ForwardedService {
  const { key, givenHost, healthPath, routes } = stored;
  const live = sources.live(key);
  const rules = sources.rules(key);
  const free = live?.gate.state.kind === 'flowing' && rules !== 'counted';
  return {
    key,
    givenHost,
    healthPath,
    routes: routes.map(({ host, pathPrefix, stripPrefix }) => ({ host, pathPrefix, stripPrefix })),
    backend: free ? live.backend : null,
    rules: rules === 'counted' ? null : rules,
    changedPages: isChanged(key, sources.filters()),
  };
}
