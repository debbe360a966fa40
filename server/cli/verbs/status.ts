/** `windlass status`: the server at a glance, or one app in full. */

import type { App, Environment } from '../../../shared/deployer/model.ts';
import type { Domain } from '../../../shared/proxy/contract.ts';
import { aimOf } from '../aim.ts';
import { agoText, bytesText, countText, durationText } from '../amounts.ts';
import { stateCell } from '../state-cell.ts';
import { renderTable } from '../table.ts';
import { appArgument, type Verb, type VerbContext } from '../verb.ts';
import { appLines } from './apps.ts';

export const status: Verb = {
  name: 'status',
  summary: 'show the server, or one app with its instances',
  usage: ['status [APP]'],
  examples: [
    { what: 'the server and every app', line: 'windlass status' },
    { what: 'environments, instances, hosts and traffic of one app', line: 'windlass status shop' },
  ],
  arguments: [{ ...appArgument, required: false }],
  flags: [],
  run: async (context) => {
    if (context.args.length === 0) return serverStatus(context);
    const { app: name } = aimOf(context);
    const app = await context.control.call('apps.get', { app: name });
    const hosts = new Map<string, Domain[]>();
    for (const { name: environment } of app.environments) {
      const { domains } = await context.control.call('domains.list', { app: name, environment });
      hosts.set(environment, domains);
    }
    context.show({ ...app, domains: Object.fromEntries(hosts) }, () => statusLines(app, hosts, context));
    return 0;
  },
};

async function serverStatus(context: VerbContext): Promise<number> {
  const server = await context.control.call('server.info', {});
  const { apps } = await context.control.call('apps.list', {});
  const { style } = context;
  context.show({ server, apps }, () => [
    `${style.bold('windlass')} ${server.version}, up ${durationText(context.now() - server.startedAt)}, ${bytesText(server.memory)} resident, pid ${server.pid}`,
    `  ${style.dim('http')}      ${server.http ?? 'not listening'}${coresText(server.cores)}`,
    `  ${style.dim('apps at')}   APP.${server.baseDomain}`,
    `  ${style.dim('runtimes')}  ${server.runtimes.join(', ')}`,
    `  ${style.dim('data')}      ${server.dataDir}`,
    '',
    ...appLines(apps, context),
  ]);
  return 0;
}

function coresText(cores = 1): string {
  return cores === 1 ? '' : `, forwarding on ${cores} cores`;
}

function statusLines(
  app: App,
  hosts: ReadonlyMap<string, readonly Domain[]>,
  context: VerbContext,
): string[] {
  const { style, now } = context;
  const head = `${style.bold(app.name)}, made ${agoText(app.createdAt, now())}`;
  if (app.environments.length === 0)
    return [head, '', `nothing is deployed: \`windlass deploy ${app.name}\``];
  const blocks = app.environments.map((environment) => [
    '',
    ...environmentLines(environment, hosts.get(environment.name) ?? [], context),
  ]);
  return [head, ...blocks.flat()];
}

function environmentLines(
  environment: Environment,
  domains: readonly Domain[],
  context: VerbContext,
): string[] {
  const { style } = context;
  const state = stateCell(environment.state, style);
  const live = environment.liveRelease === null ? 'nothing live yet' : `release ${environment.liveRelease}`;
  const lines = [
    `${style.bold(environment.name)}  ${state.paint(state.text)}, ${live}`,
    `  ${style.dim('traffic')}  ${trafficText(environment)}`,
    ...environment.urls.map((url) => `  ${style.dim('url')}      ${style.cyan(url)}`),
    ...domains
      .filter((domain) => domain.pathPrefix !== '/')
      .map(({ host, pathPrefix }) => `  ${style.dim('route')}    ${host}${pathPrefix}`),
  ];
  if (environment.deployment !== null) {
    const { id, phase } = environment.deployment;
    lines.push(`  ${style.dim('now')}      deployment ${id} is ${phase}`);
  }
  if (environment.instances.length > 0) lines.push('', ...instanceLines(environment, context));
  return lines;
}

function trafficText({ state, instances }: Environment): string {
  // Services beside the app take no requests of visitors.
  const serving = instances.filter(({ service }) => service === undefined);
  switch (state) {
    case 'running':
      return 'flowing';
    case 'degraded':
      return `flowing to ${countText(serving.filter((each) => each.state === 'running').length, 'instance')}`;
    case 'paused':
      return 'paused: requests are held; `windlass resume` lets them go';
    case 'asleep':
      return 'asleep: the next request starts it and is answered';
    case 'stopped':
      return 'stopped: requests get 503; `windlass start` brings it back';
    case 'empty':
      return 'none: there is nothing to send it to';
  }
}

function instanceLines(environment: Environment, { style, width, now }: VerbContext): string[] {
  const rows = environment.instances.map((instance) => [
    instance.id,
    String(instance.release),
    stateCell(instance.state, style),
    instance.runtime,
    durationText(now() - instance.startedAt),
    instance.memory === null ? '' : bytesText(instance.memory),
    String(instance.restarts),
    instance.address ?? '',
    instance.lastExit ?? '',
  ]);
  return renderTable(
    [
      { title: 'instance', flexible: true },
      { title: 'release', right: true },
      { title: 'state' },
      { title: 'runtime' },
      { title: 'up', right: true },
      { title: 'memory', right: true },
      { title: 'restarts', right: true },
      { title: 'address', flexible: true },
      { title: 'last exit', flexible: true },
    ],
    rows,
    width - 2,
    style.dim,
  ).map((line) => `  ${line}`);
}
