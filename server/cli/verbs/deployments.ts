/** `windlass deployments`: what was deployed, how it ended; and cancelling one. */

import type { Deployment } from '../../../shared/deployer/model.ts';
import { aimOf } from '../aim.ts';
import { agoText, durationText } from '../amounts.ts';
import { stateCell } from '../state-cell.ts';
import { renderTable } from '../table.ts';
import { appArgument, environmentFlag, type Verb, type VerbContext } from '../verb.ts';

export const deployments: Verb = {
  name: 'deployments',
  summary: 'list deployments of an app, or cancel one',
  usage: ['deployments APP [--env NAME] [--limit N]', 'deployments APP --cancel ID'],
  examples: [
    { what: 'the newest twenty', line: 'windlass deployments shop' },
    { what: 'stop one that is under way', line: 'windlass deployments shop --cancel ID' },
  ],
  arguments: [appArgument],
  flags: [
    { ...environmentFlag, summary: 'only of this environment (default: all)' },
    { name: 'limit', value: 'N', summary: 'how many (default: 20)' },
    { name: 'cancel', value: 'ID', summary: 'cancel this deployment' },
  ],
  run: async (context) => {
    const { app } = aimOf(context);
    const id = context.flags.text('cancel');
    if (id !== undefined) {
      const cancelled = await context.control.call('deployments.cancel', { id });
      context.show(cancelled, () => [`deployment ${cancelled.id} of ${cancelled.app} is ${cancelled.phase}`]);
      return 0;
    }
    const environment = context.flags.text('env');
    const result = await context.control.call('deployments.list', {
      app,
      limit: context.flags.whole('limit', 1, 1000) ?? 20,
      ...(environment === undefined ? {} : { environment }),
    });
    context.show(result, () => deploymentLines(result.deployments, context));
    return 0;
  },
};

function deploymentLines(list: readonly Deployment[], { style, width, now }: VerbContext): string[] {
  if (list.length === 0) return ['no deployments yet'];
  const rows = list.map((deployment) => [
    deployment.id,
    deployment.environment,
    deployment.kind,
    deployment.release === null ? '-' : String(deployment.release),
    stateCell(
      deployment.ahead === undefined ? deployment.phase : `${deployment.phase}, ${deployment.ahead} ahead`,
      style,
    ),
    agoText(deployment.createdAt, now()),
    deployment.finishedAt === null ? '' : durationText(deployment.finishedAt - deployment.createdAt),
    deployment.failure?.message ?? '',
  ]);
  return renderTable(
    [
      { title: 'id' },
      { title: 'environment' },
      { title: 'kind' },
      { title: 'release', right: true },
      { title: 'phase' },
      { title: 'when' },
      { title: 'took', right: true },
      { title: 'reason', flexible: true },
    ],
    rows,
    width,
    style.dim,
  );
}
