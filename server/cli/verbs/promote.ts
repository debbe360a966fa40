/** `windlass promote`: what is live in one environment becomes a release of another. */

import { aimOf } from '../aim.ts';
import { follow, followFlags } from '../follow.ts';
import { UsageError } from '../usage-error.ts';
import { appArgument, environmentFlag, type Verb } from '../verb.ts';

export const promote: Verb = {
  name: 'promote',
  summary: 'make live here what is live in another environment',
  usage: ['promote APP --from ENV [--env NAME] [--detach | --wait]'],
  about: ['The files are the same; the variables are those of the environment it goes to.'],
  examples: [{ what: 'the preview goes to production', line: 'windlass promote shop --from preview' }],
  arguments: [appArgument],
  flags: [
    {
      name: 'from',
      value: 'ENV',
      summary: 'the environment to take the release from',
      completes: 'environment',
    },
    environmentFlag,
    ...followFlags,
  ],
  run: async (context) => {
    const aim = aimOf(context);
    const from = context.flags.text('from');
    if (from === undefined) {
      throw new UsageError('`promote` needs --from ENV', 'See `windlass help promote`.');
    }
    if (from === aim.environment) {
      throw new UsageError(`--from ${from} is where the release would go`, 'Name another environment.');
    }
    return follow(context, await context.control.call('releases.promote', { ...aim, from }));
  },
};
