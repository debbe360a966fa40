/** `windlass rollback`: an earlier release serves again. */

import type { Release } from '../../../shared/deployer/model.ts';
import { aimOf } from '../aim.ts';
import { agoText, bytesText, durationText } from '../amounts.ts';
import { finish } from '../follow.ts';
import { failureText, placeText } from '../outcome.ts';
import { stateCell } from '../state-cell.ts';
import { renderTable } from '../table.ts';
import { appArgument, environmentFlag, type Verb, type VerbContext } from '../verb.ts';

export const rollback: Verb = {
  name: 'rollback',
  summary: 'go back to an earlier release',
  usage: ['rollback APP [--to N] [--env NAME]', 'rollback APP --list'],
  about: [
    'A warm release still runs: going back to it is only a switch. A cold one is started and checked first.',
  ],
  examples: [
    { what: 'to the release before', line: 'windlass rollback shop' },
    { what: 'to release 4', line: 'windlass rollback shop --to 4' },
    { what: 'which releases there are', line: 'windlass rollback shop --list' },
  ],
  arguments: [appArgument],
  flags: [
    { name: 'to', value: 'N', summary: 'the release to go back to (default: the one that was live before)' },
    { name: 'list', summary: 'list the releases there are' },
    environmentFlag,
  ],
  run: async (context) => {
    const aim = aimOf(context);
    if (context.flags.on('list')) {
      const result = await context.control.call('releases.list', aim);
      context.show(result, () => releaseLines(result.releases, context));
      return 0;
    }
    const to = context.flags.whole('to', 1, Number.MAX_SAFE_INTEGER);
    const result = await context.control.call('releases.rollback', {
      ...aim,
      ...(to === undefined ? {} : { to }),
    });
    const { deployment, warm, tookMs } = result;
    if (failureText(deployment, context.reach) !== null) return finish(context, deployment);
    context.show(result, () => [
      `${context.style.green('✔')} ${context.style.bold(placeText(aim.app, aim.environment))} is back on release ${deployment.release} (${warm ? 'warm' : 'cold'}) in ${durationText(tookMs)}`,
      ...(deployment.url === null ? [] : [`  ${context.style.cyan(deployment.url)}`]),
    ]);
    return 0;
  },
};

function releaseLines(list: readonly Release[], { style, width, now }: VerbContext): string[] {
  if (list.length === 0) return ['no releases yet'];
  const rows = list.map((release) => [
    String(release.number),
    stateCell(release.state, style),
    agoText(release.createdAt, now()),
    release.preset,
    bytesText(release.bytes),
    release.from,
  ]);
  return renderTable(
    [
      { title: 'release', right: true },
      { title: 'state' },
      { title: 'made' },
      { title: 'preset' },
      { title: 'size', right: true },
      { title: 'from', flexible: true },
    ],
    rows,
    width,
    style.dim,
  );
}
