/** The life of a server: opens its data, brings every feature up, listens, hands over to a successor, stops. */

import { compose, migrations } from './compose.ts';
import { createControlSocket } from './kernel/control-socket.ts';
import type { Feature, Handlers } from './kernel/feature.ts';
import { openKernel } from './kernel/kernel.ts';
import { catchBugs } from './kernel/last-resort.ts';
import { keepResidentSmall } from './kernel/resident.ts';
import type { ServerOptions } from './server-options.ts';
import { handOver } from './upgrade/hand-over.ts';
import { keepState } from './upgrade/keep-state.ts';
import { announceToSystemd, startSuccessor } from './upgrade/successor.ts';

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

/** Between the answer to who asked for an upgrade and its begin, ms. */
const answerMs = 100;

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
    const handedOver = Promise.withResolvers<void>();
    const composed = await compose(
      kernel,
      options,
      (id, file) => void setTimeout(() => beginHandOver(id, () => file.goBack()), answerMs),
    );
    const { features, proxy, upgrade } = composed;
    for (const feature of features) {
      started.push(feature);
      await feature.start?.();
    }
    kernel.jobs.start();
    const resident = keepResidentSmall(kernel.log);
    kernel.events.on('deployment.changed', ({ finishedAt }) => {
      if (finishedAt !== null) resident.workDone();
    });
    const control = await createControlSocket({
      path: options.socket,
      blockOf: (method) => features.find(({ handlers }) => Object.hasOwn(handlers, method))?.contract(),
      handlers: merge(features),
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
      http: composed.address(),
      https: proxy.httpsPort,
      handedOver: handedOver.promise,
      async stop({ endInstances }) {
        resident.stop();
        await control.stop();
        if (endInstances) await composed.endInstances();
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
