/** `windlass resume`: requests that a pause held go on. */

import { aimOf } from '../aim.ts';
import { placeText } from '../outcome.ts';
import { appArgument, environmentFlag, type Verb } from '../verb.ts';

export const resume: Verb = {
  name: 'resume',
  summary: 'let held requests go',
  usage: ['resume APP [--env NAME]'],
  examples: [{ what: 'after `windlass pause shop`', line: 'windlass resume shop' }],
  arguments: [appArgument],
  flags: [environmentFlag],
  run: async (context) => {
    const aim = aimOf(context);
    const result = await context.control.call('traffic.resume', aim);
    context.show(result, () => [`${placeText(aim.app, aim.environment)} is ${result.state}`]);
    return 0;
  },
};
