/** `windlass scale`: how many instances an environment has. */

import { aimOf } from '../aim.ts';
import { follow, followFlags } from '../follow.ts';
import { UsageError } from '../usage-error.ts';
import { appArgument, environmentFlag, type Verb } from '../verb.ts';

export const scale: Verb = {
  name: 'scale',
  summary: 'set how many instances an app has',
  usage: ['scale APP N [--env NAME] [--detach | --wait]'],
  examples: [{ what: 'three instances share the requests', line: 'windlass scale shop 3' }],
  arguments: [appArgument, { name: 'N', required: true }],
  flags: [environmentFlag, ...followFlags],
  run: async (context) => {
    const aim = aimOf(context);
    const typed = context.args[1] ?? '';
    const instances = Number(typed);
    if (!/^\d+$/.test(typed) || instances < 1 || instances > 64) {
      throw new UsageError(
        `an app has 1 to 64 instances, not "${typed}"`,
        `To have none: \`windlass stop ${aim.app}\`.`,
      );
    }
    return follow(context, await context.control.call('apps.scale', { ...aim, instances }));
  },
};
