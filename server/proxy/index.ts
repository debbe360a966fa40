/** The proxy as a feature: services and routes from control.db, requests through the data path. */

import { AddressSet, requireRange } from '../../shared/proxy/address-range.ts';
import type { AnswerFilter } from '../kernel/answer-filter.ts';
import type { Endpoint, EndpointHosts, EndpointSite } from '../kernel/endpoint.ts';
import type { Feature } from '../kernel/feature.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { createAccessLog } from './access-log.ts';
import { proxyChecks } from './checks.ts';
import { proxyContracts } from './contracts.ts';
import { createDataPath, type DataPath } from './data-path.ts';
import { siteOf } from './endpoints/endpoint-ask.ts';
import { endpointHosts } from './endpoints/endpoint-hosts.ts';
import { movesWaiting } from './forwarders/moves-waiting.ts';
import { settledAfter } from './forwarders/settled-after.ts';
import { changedServices, type SnapshotSources, takeSnapshot } from './forwarders/snapshot.ts';
import { type ForwarderWish, Spread } from './forwarders/spread.ts';
import { proxyHandlers } from './handlers.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { openPorts } from './open-ports.ts';
import { probeTarget } from './probe.ts';
import { ProxyEdge } from './proxy-edge.ts';
import { LiveRequests } from './requests/live-requests.ts';
import { requestHandlers } from './requests/request-handlers.ts';
import type { CountryOf } from './requests/request-row.ts';
import { TrafficCounts } from './requests/traffic-counts.ts';
import { TurnedAway } from './requests/turned-away.ts';
import { ChallengeDesk } from './rules/challenge.ts';
import { challengeEndpoint } from './rules/challenge-endpoint.ts';
import { RuleBook } from './rules/rule-book.ts';
import { RuleStore } from './rules/rule-store.ts';
import { unlockEndpoint } from './rules/unlock-endpoint.ts';
import { proxyMigrations } from './schema.ts';
import { ServiceStore } from './service-store.ts';
import { Services } from './services.ts';
import { Shortcuts } from './shortcuts.ts';
import { createSites, type Sites } from './sites.ts';
import type { CertificateSource, ServerCertificate } from './tls/certificate-source.ts';
import { TlsContexts } from './tls/tls-contexts.ts';

export type { ProxyEdge } from './proxy-edge.ts';
export { proxyMigrations as migrations } from './schema.ts';

/** The parts of the kernel a proxy needs. */
export type ProxyKernel = Pick<Kernel, 'clock' | 'log' | 'store' | 'secrets' | 'events' | 'telemetry'>;

export interface ProxyOptions {
  /** The address to listen on. */
  readonly hostname: string;
  /** 0 chooses a free one. */
  readonly port: number;
  /** Serves HTTPS too. */
  readonly https?: HttpsOptions;
  /** Shares the ports with a server that is about to go. Default false: they must be free. */
  readonly takeOver?: boolean;
  /** The port visitors use, where it is not the one listened on. */
  readonly publicPort?: number;
  readonly limits?: Partial<Limits>;
  /** What features answer themselves, by name. */
  endpoints?(): ReadonlyMap<string, Endpoint>;
  /** Two letters of the country an address is in, for whoever looks at requests. Default unknown. */
  countries?(): Promise<CountryOf>;
  /** Who may change answers. */
  filters?(): readonly AnswerFilter[];
  /** Between the probes of an instance that failed, ms. Default 1000. */
  readonly reprobeMs?: number;
  /** How long requests get to finish when the server stops, ms. Default 10,000. */
  readonly drainMs?: number;
  /** Processes that send requests on beside this one, where one core is not enough. Default none. */
  readonly forwarders?: ForwardersWish;
}

export interface HttpsOptions {
  /** 0 chooses a free one. */
  readonly port: number;
  /** The port visitors use, where it is not the one listened on. */
  readonly publicPort?: number;
  readonly certificates: CertificateSource;
  /** Every pair that may be shown, by host or wildcard. Default none: forwarders then serve no HTTPS. */
  pairs?(): Readonly<Record<string, ServerCertificate>>;
  /** Whether plain requests to this host (as the Host field has it) must come by HTTPS. */
  insists(host: string): boolean;
  /** What is shown under a token to a certificate authority that looks over HTTP (RFC 8555, 8.3). */
  challenge(token: string): string | null;
}

export interface ForwardersWish {
  readonly wish: ForwarderWish;
  readonly cores: number;
  /** The program of a forwarder, see `forwarders/forwarder-process.ts`. */
  readonly command: readonly string[];
  /** Path for the socket by which they hand connections over. */
  readonly door: string;
  /** Default: what the kernel says. */
  movesWaiting?(): boolean;
}

export interface Proxy {
  readonly feature: Feature;
  /** Every host and wildcard that leads to an app or to a feature. */
  served(): ReadonlySet<string>;
  /** The port HTTPS is served on; null where it is not. */
  readonly httpsPort: number | null;
  /** For whoever deploys. */
  readonly edge: ProxyEdge;
  /** Cores that requests are forwarded on now. */
  readonly cores: number;
  /** Other certificates are shown from now on. */
  certificatesChanged(): void;
  /** For features that answer whole hosts. */
  readonly hosts: EndpointHosts;
  /** What a host serves, in lower case and without a port; null where it is no app's. */
  siteOf(host: string): EndpointSite | null;
  /** For whoever watches. */
  readonly sites: Sites;
}

const nowhere = async () => () => null;
const noEndpoints: ReadonlyMap<string, Endpoint> = new Map();
const noFilters: readonly AnswerFilter[] = [];

/** For an instance's answer to a probe, ms. */
const probeMs = 5000;

/** Nothing is read or opened before `feature.start`, which throws `unavailable` where the port is taken. */
export function createProxy(kernel: ProxyKernel, options: ProxyOptions): Proxy {
  const log = kernel.log.child('proxy');
  const drainMs = options.drainMs ?? 10_000;
  const probeToken = crypto.randomUUID();
  const store = new ServiceStore(kernel.store);
  const rules = new RuleStore(kernel.store, kernel.secrets);
  const book = new RuleBook(rules, log);
  let desk: ChallengeDesk | null = null;
  const theDesk = () => {
    desk ??= new ChallengeDesk(rules.secret());
    return desk;
  };
  let trusted = new AddressSet([]);
  const shortcuts = new Shortcuts();
  const services = new Services({
    clock: kernel.clock,
    reprobeMs: options.reprobeMs ?? 1000,
    answers: async ({ givenHost, healthPath }, target) =>
      (await probeTarget(shortcuts.to(target) ?? target, givenHost, healthPath || '/', probeMs)).kind ===
      'answered',
    onHealth: (service, target, healthy) => {
      log.info(healthy ? 'an instance answers again' : 'an instance does not answer', {
        service,
        target: target.id,
      });
      kernel.events.emit('target.health', { service, target: target.id, healthy });
    },
    rulesOf: (service) => book.of(service),
    onServiceGone: (service) => book.forget(service),
    onWake: (service) => edge.woken(service),
    onTargetGone: (target) => dataPath?.forgetTarget(target.id),
  });
  const { forwarders } = options;
  const spread = new Spread({
    wish: forwarders?.wish ?? 0,
    cores: forwarders?.cores ?? 1,
    log,
    movesWaiting: forwarders?.movesWaiting ?? movesWaiting,
    graceMs: drainMs,
    monotonic: () => kernel.clock.monotonic(),
  });
  const live = new LiveRequests();
  const traffic = new TrafficCounts();
  const turnedAway = new TurnedAway();
  const accessLog = createAccessLog(kernel.telemetry, (entry) => {
    traffic.note(entry);
    live.tell(entry);
  });
  let dataPath: DataPath | null = null;
  let port: number | null = null;
  let httpsPort: number | null = null;
  const edge = new ProxyEdge({
    store,
    services,
    rules,
    shortcuts,
    log,
    listening: () => (port === null ? null : { address: reachable(options.hostname), port }),
    publicPort: options.publicPort ?? null,
    secureUrl: (host) => secureUrl(host),
    onFollowed: () => kernel.events.emit('hosts.changed', {}),
    onChanged: () => spread.changed(),
    elsewhere: spread,
    probeHeaders: { 'Windlass-Probe': probeToken },
    selfProbeMs: probeMs,
  });
  const { https } = options;
  const beginSpread = (path: DataPath, opened: { http: number; https: number | null }) => {
    if (forwarders === undefined) return;
    const { pairs, certificates } = https ?? {};
    spread.begin(async () => {
      // Loaded when first needed: most servers never do.
      const { Forwarders } = await import('./forwarders/forwarders.ts');
      const sources: SnapshotSources = {
        stored: () => store.all(),
        live: (key) => services.get(key),
        rules: (key) => book.written(key),
        filters: () => options.filters?.() ?? noFilters,
        trusted: () => rules.trusted(),
        https: https ?? null,
      };
      return new Forwarders({
        command: forwarders.command,
        door: forwarders.door,
        hostname: options.hostname,
        http: opened.http,
        https: pairs === undefined ? null : opened.https,
        limits: { ...defaultLimits, ...options.limits },
        path,
        log: log.child('forwarders'),
        table: () => services.table,
        shortcuts,
        snapshot: (version) => takeSnapshot(version, sources),
        changedServices: () => changedServices(sources),
        certificates: () =>
          pairs === undefined || certificates === undefined
            ? null
            : { names: pairs(), nameless: certificates.nameless() },
        monotonic: () => kernel.clock.monotonic(),
        record(entry) {
          accessLog.record(entry);
          if (entry.service !== null && entry.release !== null)
            services.get(entry.service)?.answeredElsewhere(entry.release, entry.status);
        },
        turnedAway: (reason, count) => turnedAway.note(reason, count),
      });
    });
  };
  const secureUrl = (host: string): string | null => {
    if (https === undefined || httpsPort === null || !https.insists(host)) return null;
    const visible = https.publicPort ?? httpsPort;
    return `https://${host.replace(/:\d*$/, '')}${visible === 443 ? '' : `:${visible}`}`;
  };

  return {
    edge,
    served: () => services.hosts,
    get httpsPort() {
      return httpsPort;
    },
    get cores() {
      return spread.forwarding + 1;
    },
    certificatesChanged: () => {
      spread.certificatesChanged();
      spread.changed();
    },
    hosts: endpointHosts(store, () => edge.follow()),
    siteOf: (host) => siteOf(services.table.site(host)),
    sites: createSites(store, edge),
    feature: {
      name: 'proxy',
      migrations: proxyMigrations,
      contract: proxyContracts,
      handlers: {
        ...settledAfter(
          proxyHandlers(store, edge, rules, (ranges) => {
            trusted = new AddressSet(ranges.map(requireRange));
            spread.changed();
          }),
          () => spread.settled(),
        ),
        ...requestHandlers({
          clock: kernel.clock,
          telemetry: kernel.telemetry,
          live,
          traffic,
          turnedAway,
          connections: () => (dataPath?.connections ?? 0) + spread.connections,
          countries: options.countries ?? nowhere,
        }),
      },
      endpoints: [
        challengeEndpoint(theDesk, kernel.clock),
        unlockEndpoint((service, path) => services.get(service)?.rules?.gatesOf(path) ?? [], kernel.clock),
      ],
      checks: proxyChecks({
        services,
        telemetry: kernel.telemetry,
        turnedAway,
        spread,
        hostname: options.hostname,
        wantedPort: options.port,
        port: () => port,
      }),
      async start() {
        edge.restore();
        trusted = new AddressSet(rules.trusted().map(requireRange));
        dataPath = createDataPath({
          table: () => spread.held ?? services.table,
          endpoints: () => options.endpoints?.() ?? noEndpoints,
          filters: () => options.filters?.() ?? noFilters,
          challengeTask: (service, client, bits) => theDesk().task(service, client, bits, kernel.clock.now()),
          turnedAway,
          trusted: { has: (address) => trusted.has(address) },
          log: accessLog,
          errorLog: log,
          ...(https === undefined
            ? {}
            : {
                door: { challenge: https.challenge, redirect: secureUrl },
                strictTransport: (host: string) => https.certificates.strictTransport(host),
              }),
          shortcuts,
          probeToken,
          clock: kernel.clock,
          limits: options.limits ?? {},
        });
        try {
          const opened = openPorts(dataPath, {
            hostname: options.hostname,
            http: options.port,
            https:
              https === undefined ? null : { port: https.port, tls: new TlsContexts(https.certificates) },
            takeOver: options.takeOver ?? false,
          });
          port = opened.http;
          httpsPort = opened.https;
          beginSpread(dataPath, opened);
        } catch (error) {
          await dataPath.stop(0);
          throw error;
        }
      },
      async stop() {
        port = null;
        httpsPort = null;
        // First, and with everything still open: what a forwarder cannot answer is answered here.
        await spread.stop(drainMs);
        await Promise.all([dataPath?.stop(drainMs), services.shutDown(drainMs)]);
        dataPath = null;
      },
    },
  };
}

/** Where the own listener answers: an address that stands for all of them is none to connect to. */
function reachable(hostname: string): string {
  if (hostname === '0.0.0.0') return '127.0.0.1';
  // IPv4 is taken in on `::` too, and is there even where loopback has no IPv6.
  return hostname === '::' ? '127.0.0.1' : hostname;
}
