/** The one file that knows every feature: which there are, in which order they start, and how they meet. */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { production } from '../shared/names.ts';
import { serviceKey } from '../shared/proxy/backend.ts';
import { countriesIn } from './analytics/countries.ts';
import { migrations as analyticsMigrations, createAnalytics } from './analytics/index.ts';
import { migrations as certificateMigrations, createCertificates } from './certificates/index.ts';
import { createDeployer, migrations as deployerMigrations } from './deployer/index.ts';
import { createErrors, migrations as errorsMigrations } from './errors/index.ts';
import { createGateway, migrations as gatewayMigrations } from './gateway/index.ts';
import type { AnswerFilter } from './kernel/answer-filter.ts';
import type { Endpoint } from './kernel/endpoint.ts';
import type { Feature } from './kernel/feature.ts';
import type { Kernel } from './kernel/kernel.ts';
import { kernelFeature } from './kernel/kernel.ts';
import { createNotify, migrations as notifyMigrations } from './notify/index.ts';
import { createProxy, migrations as proxyMigrations } from './proxy/index.ts';
import { createReplays, migrations as replayMigrations } from './replay/index.ts';
import type { ServerOptions } from './server-options.ts';
import { createStatus, migrations as statusMigrations } from './status/index.ts';
import { createUpgrade, migrations as upgradeMigrations } from './upgrade/index.ts';
import { createUptime, migrations as uptimeMigrations } from './uptime/index.ts';
import { createVitals, migrations as vitalsMigrations } from './vitals/index.ts';

export interface Composition {
  /** In the order in which they start; they stop in the reverse one. */
  readonly features: readonly Feature[];
  readonly proxy: ReturnType<typeof createProxy>;
  readonly upgrade: ReturnType<typeof createUpgrade>;
  /** Where the proxy listens, `host:port`. */
  address(): string;
  /** Ends the instances of all apps, for good. */
  endInstances(): Promise<void>;
}

export const migrations = [
  // Each feature's own tables; none knows another's.
  ...proxyMigrations,
  ...certificateMigrations,
  ...deployerMigrations,
  ...notifyMigrations,
  ...uptimeMigrations,
  ...statusMigrations,
  ...upgradeMigrations,
  ...vitalsMigrations,
  ...errorsMigrations,
  ...analyticsMigrations,
  ...gatewayMigrations,
  ...replayMigrations,
];

/** Makes every feature and joins them; nothing runs yet. `beginUpgrade` hands this server over to the file in its place. */
export async function compose(
  kernel: Kernel,
  options: ServerOptions,
  beginUpgrade: Parameters<typeof createUpgrade>[1]['begin'],
): Promise<Composition> {
  const features: Feature[] = [];
  const endpoints = new Map<string, Endpoint>();
  const filters: AnswerFilter[] = [];
  const notify = createNotify(kernel);
  // One script in a page is enough: where analytics puts its own into pages, what starts the recorder goes along with it.
  const replays = createReplays(kernel, (service) => analytics.givesScript(service));
  const analytics = createAnalytics(kernel, replays.scriptPart);
  const certificates = createCertificates(kernel, {
    served: () => proxy.served(),
    port: () => proxy.httpsPort,
    changed: () => proxy.certificatesChanged(),
    acmeCommand: [...options.self, 'acme'],
  });
  const { book, challenges } = certificates;
  const proxy = createProxy(kernel, {
    hostname: options.http.hostname,
    port: options.takeOver?.http ?? options.http.port,
    takeOver: options.takeOver !== null,
    https: {
      port: options.takeOver?.https ?? options.https.port,
      certificates: book,
      pairs: () => book.pairs(),
      insists: (host) => book.insists(host),
      challenge: (token) => challenges.find(token),
    },
    endpoints: () => endpoints,
    filters: () => filters,
    forwarders: {
      wish: options.forwarders,
      cores: availableParallelism(),
      command: [...options.self, 'forward'],
      door: join(kernel.paths.run, `forward-${process.pid}.sock`),
    },
    countries: countriesIn(kernel.paths.analytics),
  });
  const deployer = await createDeployer(kernel, {
    ...options,
    edge: proxy.edge,
    errorsOf: (asked) => errors.errorsOf(asked),
    variablesFor: (instance) =>
      Object.assign({}, ...features.map((feature) => feature.variables?.(instance) ?? {})),
  });
  const { hostname } = options.http;
  const address = () => `${hostname.includes(':') ? `[${hostname}]` : hostname}:${proxy.edge.port}`;
  features.push(notify.feature);
  features.push(proxy.feature);
  features.push(certificates.feature);
  features.push(deployer.feature);
  const uptime = createUptime(kernel, { ...proxy.sites, ...deployer.inForce });
  features.push(createVitals(kernel));
  features.push(replays.feature);
  const errors = createErrors(kernel, {
    replays,
    siteOf: proxy.siteOf,
    commitsOf: deployer.commits.newIn,
    around: () => Object.assign({}, ...features.map(({ handlers }) => handlers)),
    urlOf: (app) => proxy.edge.urls(serviceKey(app, production))[0] ?? null,
    uploads: {
      // Names under `localhost` are not found by every resolver; the address is the same machine.
      usualHost: options.baseDomain === 'localhost' ? '127.0.0.1' : `sentry.${options.baseDomain}`,
      claim: (host) => proxy.hosts.claim(host, 'api'),
    },
  });
  features.push(errors.feature);
  features.push(analytics.feature);
  features.push(createGateway(kernel));
  features.push(uptime.feature);
  features.push(createStatus(kernel, { facts: uptime.facts, hosts: proxy.hosts, mailer: notify }));
  const upgrade = createUpgrade(kernel, {
    program: options.program,
    version: options.version,
    takenOver: options.takeOver,
    begin: beginUpgrade,
  });
  features.push(upgrade.feature);
  filters.push(...features.flatMap((feature) => feature.answerFilters ?? []));
  for (const endpoint of features.flatMap((feature) => feature.endpoints ?? []))
    endpoints.set(endpoint.name, endpoint);
  const core = kernelFeature(
    kernel,
    () => ({
      version: options.version,
      http: proxy.edge.port === null ? null : address(),
      baseDomain: options.baseDomain,
      runtimes: deployer.runtimes,
      cores: proxy.cores,
    }),
    () => features.flatMap((feature) => feature.checks ?? []),
  );
  return {
    features: [core, ...features],
    proxy,
    upgrade,
    address,
    endInstances: deployer.endInstances,
  };
}
