/** `windlass remove`: an app goes, with its releases and hosts. Asks first. */

import { aimOf } from '../aim.ts';
import { UsageError } from '../usage-error.ts';
import { appArgument, type Verb, type VerbContext } from '../verb.ts';

export const remove: Verb = {
  name: 'remove',
  summary: 'remove an app with its releases and hosts',
  usage: ['remove APP [--volumes] [--yes]'],
  about: ['Volumes are kept unless --volumes is given.'],
  examples: [
    { what: 'asks for the name first', line: 'windlass remove shop' },
    { what: 'asks nothing, and deletes its volumes too', line: 'windlass remove shop --volumes --yes' },
  ],
  arguments: [appArgument],
  flags: [
    { name: 'volumes', summary: 'delete its volumes too; they cannot be brought back' },
    { name: 'yes', short: 'y', summary: 'do not ask' },
  ],
  run: async (context) => {
    const { app } = aimOf(context);
    const volumes = context.flags.on('volumes');
    if (!context.flags.on('yes')) await confirm(context, app, volumes);
    const result = await context.control.call('apps.remove', { app, volumes });
    context.show(result, () => [`${app} is removed${volumes ? ', its volumes too' : ''}`]);
    return 0;
  },
};

async function confirm({ io, style }: VerbContext, app: string, volumes: boolean): Promise<void> {
  if (!io.stdin.isTTY || !io.stderr.isTTY) {
    throw new UsageError('`remove` asks before it deletes, and there is no terminal to ask on', 'Add --yes.');
  }
  const what = volumes ? 'its releases, hosts and volumes' : 'its releases and hosts';
  io.stderr.write(
    `${style.bold(app)} goes with ${what}, and requests to it get 404.\nType its name to remove it: `,
  );
  const typed = await io.stdin.line();
  if (typed?.trim() !== app) throw new UsageError(`that is not "${app}", so nothing was removed`);
}
