/** The one file that knows every feature: which there are, in which order they start, and how they meet. */

import { production } from '../shared/names.ts';
import { serviceKey } from '../shared/proxy/backend.ts';
import { countriesIn } from './analytics/countries.ts';
import { migrations as analyticsMigrations, createAnalytics } from './analytics/index.ts';
import { migrations as certificateMigrations, createCertificates } from './certificates/index.ts';
import { createDeployer, migrations as deployerMigrations } from './deployer/index.ts';
import { createErrors, migrations as errorsMigrations } from './errors/index.ts';
import { createGateway, migrations as gatewayMigrations } from './gateway/index.ts';
import type { AnswerFilter } from './kernel/answer-filter.ts';
import { createControlSocket } from './kernel/control-socket.ts';
import type { Endpoint } from './kernel/endpoint.ts';
import type { Feature, Handlers } from './kernel/feature.ts';
import { kernelFeature, openKernel } from './kernel/kernel.ts';
import { catchBugs } from './kernel/last-resort.ts';
import type { Level } from './kernel/log.ts';
import { keepResidentSmall } from './kernel/resident.ts';
import { createNotify, migrations as notifyMigrations } from './notify/index.ts';
import { createProxy, migrations as proxyMigrations } from './proxy/index.ts';
import { createReplays } from './replay/index.ts';
import { createStatus, migrations as statusMigrations } from './status/index.ts';
import { handOver, type TakeOver } from './upgrade/hand-over.ts';
import { createUpgrade, migrations as upgradeMigrations } from './upgrade/index.ts';
import { keepState } from './upgrade/keep-state.ts';
import { announceToSystemd, startSuccessor } from './upgrade/successor.ts';
import { createUptime, migrations as uptimeMigrations } from './uptime/index.ts';
import { createVitals, migrations as vitalsMigrations } from './vitals/index.ts';

export interface ServerOptions {
  data: string;
  socket: string;
  http: { hostname: string; port: number };
  /** On the same address. */
  https: { port: number };
  /** Apps get `<app>.<baseDomain>`. */
  baseDomain: string;
  /** How apps run: in containers, or natively, or as each needs it. */
  runtime: 'auto' | 'native' | 'docker';
  /** This very program, to build and run apps with. */
  execPath: string;
  /** What starts this very program, its verb to follow. */
  self: readonly string[];
  /** What started this server: the program, `serve` and its flags. */
  argv: readonly string[];
  /** The file an upgrade replaces; null where the program runs from its sources. */
  program: string | null;
  /** Of a server that this one takes over from. */
  takeOver: TakeOver | null;
  /** Our own environment; what builds and instances may see of it is chosen by name. */
  env: Readonly<Record<string, string | undefined>>;
  version: string;
  logLevel: Level;
  logFormat: 'json' | 'human';
  writeLog(line: string): void;
}

export interface Server {
  /** Where the proxy listens, `host:port`. */
  readonly http: string;
  /** The port for HTTPS. */
  readonly https: number | null;
  /** Resolves once a successor serves and nobody is left here; rejects where none can. */
  readonly handedOver: Promise<void>;
  /** With `endInstances` the apps end too; otherwise they go on and the next start adopts them. */
  stop(how: { endInstances: boolean }): Promise<void>;
}

const migrations = [
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
];

/** Opens the data folder, brings every feature up, and listens. Throws `WindlassError`, with nothing left open. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { kernel, close, letGo } = await openKernel({
    root: options.data,
    migrations,
    writeLog: options.writeLog,
    level: options.logLevel,
    logFormat: options.logFormat,
  });
  const started: Feature[] = [];
  const letBugsGo = catchBugs(kernel.log);
  const stopAll = async () => {
    await kernel.jobs.stop();
    for (const feature of started.splice(0).reverse()) await feature.stop?.();
    await close();
    letBugsGo();
  };
  try {
    const features: Feature[] = [];
    const endpoints = new Map<string, Endpoint>();
    const filters: AnswerFilter[] = [];
    const notify = createNotify(kernel);
    const replays = createReplays(kernel);
    const certificates = createCertificates(kernel, {
      served: () => proxy.served(),
      port: () => proxy.httpsPort,
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
        insists: (host) => book.insists(host),
        challenge: (token) => challenges.find(token),
      },
      endpoints: () => endpoints,
      filters: () => filters,
      countries: countriesIn(kernel.paths.analytics),
    });
    const deployer = await createDeployer(kernel, {
      ...options,
      edge: proxy.edge,
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
    features.push(
      createErrors(kernel, {
        replays,
        siteOf: proxy.siteOf,
        urlOf: (app) => proxy.edge.urls(serviceKey(app, production))[0] ?? null,
        uploads: {
          // Names under `localhost` are not found by every resolver; the address is the same machine.
          usualHost: options.baseDomain === 'localhost' ? '127.0.0.1' : `sentry.${options.baseDomain}`,
          claim: (host) => proxy.hosts.claim(host, 'api'),
        },
      }),
    );
    features.push(createAnalytics(kernel));
    features.push(createGateway(kernel));
    features.push(uptime.feature);
    features.push(createStatus(kernel, { facts: uptime.facts, hosts: proxy.hosts, mailer: notify }));
    const handedOver = Promise.withResolvers<void>();
    const upgrade = createUpgrade(kernel, {
      program: options.program,
      version: options.version,
      takenOver: options.takeOver,
      begin: (id, file) => void setTimeout(() => beginHandOver(id, () => file.goBack()), 100),
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
      }),
      () => features.flatMap((feature) => feature.checks ?? []),
    );

    for (const feature of [core, ...features]) {
      started.push(feature);
      await feature.start?.();
    }
    kernel.jobs.start();
    const resident = keepResidentSmall(kernel.log);
    const control = await createControlSocket({
      path: options.socket,
      blockOf: (method) =>
        [core, ...features].find((feature) => Object.hasOwn(feature.handlers, method))?.contract(),
      handlers: merge([core, ...features]),
      log: kernel.log.child('control'),
    });
    upgrade.settle();
    const beginHandOver = (id: string, goBack: () => void) => {
      const ports = { http: proxy.edge.port ?? 0, https: proxy.httpsPort };
      handOver({
        async letGo() {
          resident.stop();
          await control.stop();
          await letGo();
          const others = started.filter((feature) => feature !== proxy.feature);
          started.splice(0, started.length, proxy.feature);
          for (const feature of others.reverse()) await feature.stop?.();
        },
        keepState: () => keepState(kernel.store.db, kernel.paths.controlDb),
        start: (orders) => startSuccessor(options.argv, options.env, { ...ports, upgrade: id, ...orders }),
        serves: (pid) => servedBy(options.socket, pid),
        announce: (pid) => announceToSystemd(pid, options.env),
        goBack,
        leave: stopAll,
        say: (message, fields) => kernel.log.info(message, fields),
      }).then(handedOver.resolve, handedOver.reject);
    };
    return {
      http: address(),
      https: proxy.httpsPort,
      handedOver: handedOver.promise,
      async stop({ endInstances }) {
        resident.stop();
        await control.stop();
        if (endInstances) await deployer.endInstances();
        await stopAll();
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** Whether the process with this id answers at the control socket. */
async function servedBy(socket: string, pid: number): Promise<boolean> {
  try {
    const { connectControl } = await import('./kernel/control-client.ts');
    return (await connectControl(socket).call('server.info', {})).pid === pid;
  } catch {
    return false;
  }
}

function merge(features: readonly Feature[]): Handlers {
  const handlers: Handlers = {};
  for (const feature of features) Object.assign(handlers, feature.handlers);
  return handlers;
}
