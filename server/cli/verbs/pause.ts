/** `windlass pause`: new requests wait, and none is lost. */

import { aimOf } from '../aim.ts';
import { countText } from '../amounts.ts';
import { againText, placeText } from '../outcome.ts';
import { appArgument, environmentFlag, type Verb } from '../verb.ts';

export const pause: Verb = {
  name: 'pause',
  summary: 'hold requests to an app, losing none',
  usage: ['pause APP [--max SECONDS] [--env NAME]'],
  about: [
    'Requests in flight finish. New ones wait for `windlass resume`; after --max seconds each gets 504.',
  ],
  examples: [{ what: 'while the database moves', line: 'windlass pause shop --max 120' }],
  arguments: [appArgument],
  flags: [
    { name: 'max', value: 'SECONDS', summary: 'how long a request waits at most, 1 to 3600 (default: 30)' },
    environmentFlag,
  ],
  run: async (context) => {
    const aim = aimOf(context);
    const maxPause = context.flags.whole('max', 1, 3600) ?? 30;
    const result = await context.control.call('traffic.pause', { ...aim, maxPause });
    context.show(result, () => [
      `${placeText(aim.app, aim.environment)} is ${result.state}: requests wait up to ${countText(maxPause, 'second')}; \`windlass resume ${aim.app}${againText(aim.environment, context.reach)}\` lets them go`,
    ]);
    return 0;
  },
};
