/** `windlass start`: what was stopped by hand runs again. */

import { aimOf } from '../aim.ts';
import { placeText } from '../outcome.ts';
import { appArgument, environmentFlag, type Verb } from '../verb.ts';

export const start: Verb = {
  name: 'start',
  summary: 'start a stopped app again',
  usage: ['start APP [--env NAME]'],
  examples: [{ what: 'after `windlass stop shop`', line: 'windlass start shop' }],
  arguments: [appArgument],
  flags: [environmentFlag],
  run: async (context) => {
    const { app, environment } = aimOf(context);
    const result = await context.control.call('apps.start', { app, environment });
    context.show(result, () => [`${placeText(app, environment)} is started`]);
    return 0;
  },
};
