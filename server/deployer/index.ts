/** The deployer as a feature: its parts made and joined, in the order they depend on each other. */

import { rm } from 'node:fs/promises';
import { freemem, homedir } from 'node:os';
import { join } from 'node:path';
import { production } from '../../shared/names.ts';
import { serviceKey } from '../../shared/proxy/backend.ts';
import type { Feature } from '../kernel/feature.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { createBudgetRoom } from './budgets/room.ts';
import { createBuildLogs } from './build-log.ts';
import { deployerChecks } from './checks.ts';
import { createCommands } from './commands/commands.ts';
import { commandHandlers } from './commands/handlers.ts';
import { createReleaseCommand } from './commands/release-command.ts';
import type { CommitStore } from './commit-store.ts';
import { createCompanions } from './composition/companions.ts';
import { deployerContracts } from './contracts.ts';
import { createCronRoom } from './cron/room.ts';
import { deployJobKind, deploysAtOnce } from './deploy-job.ts';
import type { DeployerOptions } from './deployer-options.ts';
import { createFeed } from './feed.ts';
import { createFleet, type FleetParts } from './fleet.ts';
import { foreignHandlers } from './foreign/handlers.ts';
import { createHandlers } from './handlers.ts';
import { createImageLosses } from './image-losses.ts';
import { createInForce, type InForce } from './in-force.ts';
import { instanceSpec } from './instance-spec.ts';
import { createInstanceStore } from './instance-store.ts';
import { createLogs } from './logs/logs.ts';
import { createMakingRoom, largestSource } from './making-room.ts';
import { raiseNotices } from './notices.ts';
import { createOrders } from './orders.ts';
import { createPorts } from './ports.ts';
import { createProgress } from './progress.ts';
import { createPruner } from './prune-releases.ts';
import { aheadOf } from './queue-position.ts';
import { createLogReader } from './read-logs.ts';
import { createRecovery } from './recovery.ts';
import { registryHandlers } from './registries/handlers.ts';
import { createLogins } from './registries/logins.ts';
import type { ReleaseRow } from './release-store.ts';
import { createRollout } from './rollout.ts';
import { instanceTreePrefix } from './runtimes/native.ts';
import { createRuntimeRoom } from './runtimes/room.ts';
import { createSleeper } from './sleep/sleeper.ts';
import { createStarter } from './starter.ts';
import { createStores } from './stores.ts';
import { createSupervisor } from './supervisor.ts';
import { createSwitcher, stopGraceMs } from './switcher.ts';
import { transferHandlers } from './transfer/handlers.ts';
import { createView } from './view.ts';
import { createWatches } from './watches.ts';

export { migrations } from './schema.ts';

export interface Deployer {
  readonly feature: Feature;
  /** For people: what apps can run on here. */
  readonly runtimes: string[];
  /** For whoever watches. */
  readonly inForce: InForce;
  /** For whoever asks what changed. */
  readonly commits: CommitStore;
  /** Ends every instance, for good. */
  endInstances(): Promise<void>;
}

export async function createDeployer(kernel: Kernel, options: DeployerOptions): Promise<Deployer> {
  const { clock, store, paths, events, secrets, jobs } = kernel;
  const { edge, execPath } = options;
  const log = kernel.log.child('deployer');

  const stores = createStores(kernel);
  const { apps, releases, deployments, variables, commits } = stores;
  const dockerFolder = join(options.env.HOME ?? homedir(), '.docker');
  const logs = createLogs({
    root: paths.logs,
    run: join(paths.run, 'out'),
    clock,
    log,
    redact: secrets.redact,
    self: execPath,
  });
  const { confinement, containers, artefacts, runtimes, builder } = await createRuntimeRoom(
    { clock, log, paths, events },
    options,
    logs.outputOf,
    createLogins(stores.registries, apps, dockerFolder),
  );

  const hostOf = (app: string, environment: string) =>
    `${environment === production ? app : `${app}-${environment}`}.${options.baseDomain}`;
  const urlOf = (row: { app: string; environment: string }) =>
    edge.urls(serviceKey(row.app, row.environment))[0] ?? null;
  const { uploads, builds, disk, ...making } = createMakingRoom(kernel, stores, builder, options.env);
  const progress = createProgress({
    clock,
    store,
    events,
    deployments,
    urlOf,
    ahead: (row) => aheadOf(row, deployments.unfinished(), deploysAtOnce, builds.ahead(row.id)),
  });
  const feed = createFeed({
    events,
    get: (id) => progress.show(deployments.get(id)),
    storedLines: (id) => {
      const { app, environment } = deployments.get(id);
      return logs.build({ app, environment, deployment: id });
    },
  });

  const valuesOf = ({ variables: frozen, given, appId }: ReleaseRow) => ({
    variables: variables.thaw(frozen, appId),
    given: given === null ? {} : variables.thaw(given, appId),
  });
  const specOf: FleetParts['specOf'] = (environment, release, id, port) => {
    const values = valuesOf(release);
    return instanceSpec({
      environment,
      release,
      variables: values.variables,
      filesGave: values.given,
      given: options.variablesFor,
      id,
      port,
      artefact: artefacts.path(release.artefact),
      url: urlOf({ app: environment.app, environment: environment.name }) ?? '',
    });
  };
  const commands = createCommands({ runtimes, specOf });
  const instances = createInstanceStore(store);
  const ports = createPorts();
  const supervisor = createSupervisor({
    clock,
    log,
    events,
    store: instances,
    ports,
    runtimes,
    output: logs,
    lead: edge.shortcut.bind(edge),
  });
  const fleet = createFleet({
    clock,
    ports,
    supervisor,
    specOf,
    folderOf: (release) => artefacts.path(release.artefact),
  });
  const companions = createCompanions({ clock, log, supervisor, valuesOf });
  const cron = createCronRoom(kernel, { apps, releases, commands, openOutput: logs.openCommand });
  const starter = createStarter({ clock, fleet, companions, edge });
  const pruner = createPruner({ clock, log, apps, releases, fleet, artefacts });
  const runTail = (
    environment: { app: string; name: string },
    release: number,
    instance: string | null,
    lines: number,
  ) => logs.tail({ app: environment.app, environment: environment.name, release }, instance, lines);

  const watches = createWatches({
    clock,
    log,
    apps,
    releases,
    fleet,
    edge,
    errorsOf: options.errorsOf,
    warn(id, reason) {
      deployments.setWarning(id, reason);
      progress.announce(id);
    },
    verdict: {
      back: (id, reason, instance) => switcher.back(id, reason, instance),
      settle: (id) => switcher.settle(id),
    },
  });
  const switcher = createSwitcher({
    log,
    apps,
    releases,
    deployments,
    fleet,
    edge,
    progress,
    starter,
    companions,
    runTail,
    watches,
    onLive: (environment) => pruner.prune(environment.appId),
  });

  const budgets = createBudgetRoom(kernel, { apps, releases, fleet, artefacts, builds, ...disk });
  const maker = making.maker(progress);
  const orders = createOrders({
    clock,
    store,
    jobs,
    apps,
    releases,
    deployments,
    commits,
    fleet,
    companions,
    edge,
    maker,
    progress,
    feed,
    givenHost: hostOf,
    endWatch: watches.end,
    async onRemoved(app, alsoVolumes) {
      events.emit('app.removed', { app });
      await Promise.all([cron.endApp(app), commands.endApp(app)]);
      await logs.remove(app);
      await rm(join(paths.cache, app), { recursive: true, force: true });
      if (alsoVolumes) {
        await rm(join(paths.volumes, app), { recursive: true, force: true });
      }
      await containers.forgetApp(app, alsoVolumes);
      await pruner.dropUnused();
    },
  });
  const rollout = createRollout({
    log,
    apps,
    releases,
    deployments,
    fleet,
    maker,
    progress,
    starter,
    releaseCommand: createReleaseCommand(commands),
    switcher,
    companions,
    onMade({ app, name }, { number, launch, artefact }) {
      const folder = launch.kind === 'container' ? null : artefacts.path(artefact);
      events.emit('release.made', { app, environment: name, release: number, folder });
    },
    runTail,
    calledOff: orders.calledOff,
    openBuildLog: createBuildLogs({ clock, logs, feed, redact: secrets.redact }),
  });

  jobs.define(deployJobKind(rollout, deployments, progress));
  const endNotices = raiseNotices({ clock, events, deployments });

  const sleeper = createSleeper(kernel, {
    apps,
    releases,
    deployments,
    fleet,
    starter,
    edge,
    note: logs.note,
    isWorking: ({ app }) => cron.isRunning(app),
  });
  const recovery = createRecovery({
    log,
    apps,
    releases,
    deployments,
    fleet,
    edge,
    progress,
    starter,
    watches,
    instances,
    supervisor,
    companions,
  });

  return {
    get runtimes() {
      return [...runtimes.keys()].filter((kind) => kind !== 'docker' || containers.connected);
    },
    commits,
    inForce: createInForce({ apps, releases, deployments, fleet }),
    async endInstances() {
      for (const environment of apps.environments()) {
        await fleet.stop(environment.id, null, stopGraceMs);
        await companions.stop(environment.id);
      }
    },
    feature: {
      name: 'deployer',
      migrations: [],
      checks: [
        ...deployerChecks({ confinement, fleet, companions, apps, freeMemory: freemem }),
        ...containers.checks,
      ],
      contract: deployerContracts,
      handlers: {
        ...commandHandlers({ apps, releases, commands }),
        ...cron.handlers,
        ...budgets.handlers,
        ...foreignHandlers({ engine: containers.engine, store, apps, variables, uploads, orders }),
        ...registryHandlers(kernel, {
          registries: stores.registries,
          apps,
          orders,
          engine: containers.engine,
          dockerFolder,
        }),
        ...transferHandlers(kernel, {
          apps,
          releases,
          variables,
          artefacts,
          uploads,
          orders,
          containers,
          disk,
          maxBytes: largestSource,
        }),
        ...createHandlers({
          store,
          apps,
          deployments,
          variables,
          uploads,
          orders,
          feed,
          progress,
          view: createView({ apps, releases, deployments, fleet, companions, edge }),
          readLogs: createLogReader(logs, releases),
        }),
      },
      async start() {
        await containers.start(createImageLosses({ clock, log, events, apps, releases }));
        await artefacts.clean();
        await uploads.sweep();
        // Builds of an earlier process: their output went with it, so they are started over.
        await confinement.sweep((name) => !name.startsWith(instanceTreePrefix));
        await recovery.instances();
        await logs.adoptOrphans();
        recovery.deployments();
        cron.start();
        budgets.start();
        sleeper.start();
      },
      async stop() {
        endNotices();
        cron.stop();
        await sleeper.stop();
        await budgets.stop();
        await watches.stop();
        supervisor.release();
        containers.stop();
        await logs.stop();
      },
    },
  };
}
