/** Windlass itself: the built file on a data folder of its own, on any free port, ended with everything it started. */

import { join } from 'node:path';
import { type ControlClient, connectControl } from '../../server/kernel/control-client.ts';
import type { Deployment } from '../../shared/deployer/model.ts';
import type { BenchRuntime, Defer } from '../bench.ts';
import { type Child, mustRun, runProgram, startChild } from '../machine/child.ts';
import { environmentOf, folderOf, isAlive, processes } from '../machine/proc.ts';
import { until } from '../until.ts';

/** The file `npm run build` makes. */
export const windlassFile = new URL('../../dist/windlass', import.meta.url).pathname;

export interface Windlass {
  readonly data: string;
  readonly control: ControlClient;
  pid(): number;
  /** Where the proxy listens. */
  port(): number;
  /** Where it listens for HTTPS. */
  securePort(): Promise<number>;
  /** The host every app is given. */
  host(app: string): string;
  /** With the command line, as a person does; resolves when it serves. */
  deploy(app: string, folder: string): Promise<Deployment>;
  /** Returns as soon as it is queued. */
  queueDeploy(app: string, folder: string): Promise<Deployment>;
  /** SIGKILL to the server alone. */
  kill(): Promise<void>;
  /** SIGTERM to the server alone. */
  halt(): Promise<void>;
  /** Starts it on the same data; resolves when it can be asked. */
  start(): Promise<void>;
}

export interface WindlassOptions {
  /** Its data folder is made in here. */
  folder: string;
  defer: Defer;
  /** With `docker`, what needs a container gets one; they are removed at the end. */
  runtime?: BenchRuntime;
  /** What to put before the command, e.g. from `pinned`. */
  wrap?(argv: readonly string[]): string[];
  /** The file to run, where not the one in `dist`: an upgrade replaces it. */
  program?: string;
  /** 0 for any, another one at every start. */
  port?: number;
  /** Processes that forward beside the server. Default WINDLASS_FORWARDERS, or none: one core is measured. */
  forwarders?: number;
}

/** Starts it and waits until it can be asked. */
export async function startWindlass(options: WindlassOptions): Promise<Windlass> {
  const {
    folder,
    defer,
    runtime = 'native',
    wrap = (argv: readonly string[]) => [...argv],
    port = 0,
    program = windlassFile,
    forwarders = Number(process.env.WINDLASS_FORWARDERS ?? 0),
  } = options;
  const data = join(folder, 'data');
  const control = connectControl(join(data, 'control.sock'));
  let server: Child | undefined;
  let http = 0;
  const running = () => {
    if (server === undefined) throw new Error('the server was not started');
    return server;
  };
  const runDeploy = async (app: string, source: string, ...flags: string[]) => {
    const argv = [windlassFile, 'deploy', app, '--dir', source, '--data', data, '--json', ...flags];
    return JSON.parse(await runProgram(argv)) as Deployment;
  };

  defer(async () => {
    if (runtime === 'docker') await removeApps(control);
    await endSuccessor(control, server?.pid);
    // Ctrl-C, other than SIGTERM, ends the apps too.
    await server?.stop(15_000, 'SIGINT');
    for (const pid of leftBehind(data)) process.kill(pid, 'SIGKILL');
    await until('what it started is gone', () => (leftBehind(data).length === 0 ? true : null));
  });
  const start = async () => {
    const argv = [
      program,
      'serve',
      '--data',
      data,
      '--http',
      String(port),
      '--https',
      '0',
      '--runtime',
      runtime === 'docker' ? 'auto' : 'native',
      '--forwarders',
      String(forwarders),
    ];
    const child = startChild(wrap(argv), { log: join(folder, 'windlass.log'), defer: () => undefined });
    server = child;
    http = await until(
      'the server is up',
      async () => {
        await mustRun('windlass', child);
        const info = await control.call('server.info', {}).catch(() => null);
        return info?.pid !== child.pid || info.http === null ? null : portOf(info.http);
      },
      { everyMs: 2 },
    );
  };
  await start();

  return {
    data,
    control,
    pid: () => running().pid,
    port: () => http,
    securePort: async () => (await control.call('certificates.list', {})).port ?? 0,
    host: (app) => `${app}.localhost`,
    deploy: (app, source) => runDeploy(app, source),
    queueDeploy: (app, source) => runDeploy(app, source, '--detach'),
    kill: () => running().kill(),
    halt: () => running().stop(15_000),
    start,
  };
}

/** After an upgrade the server is another process than the one that was started. */
async function endSuccessor(control: ControlClient, first: number | undefined): Promise<void> {
  const pid = (await control.call('server.info', {}).catch(() => null))?.pid;
  if (pid === undefined || pid === first) return;
  process.kill(pid, 'SIGINT');
  await until('the successor is gone', () => (isAlive(pid) ? null : true));
}

/** Containers and images of an engine go with their apps. */
async function removeApps(control: ControlClient): Promise<void> {
  const { apps } = await control.call('apps.list', {});
  for (const { name } of apps) await control.call('apps.remove', { app: name, volumes: true });
}

/** Living processes that work in the data folder or were told of it: instances and builds of that server alone. */
export function leftBehind(data: string): number[] {
  return processes().filter((pid) => {
    if (!isAlive(pid) || pid === process.pid) return false;
    if (folderOf(pid).startsWith(`${data}/`)) return true;
    const environment = environmentOf(pid);
    return environment.has('WINDLASS_APP') && [...environment.values()].some((value) => value.includes(data));
  });
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
