/** `windlass stop`: no instance runs, every request gets 503. */

import { aimOf } from '../aim.ts';
import { againText, placeText } from '../outcome.ts';
import { appArgument, environmentFlag, type Verb } from '../verb.ts';

export const stop: Verb = {
  name: 'stop',
  summary: 'stop an app; its requests get 503',
  usage: ['stop APP [--env NAME]'],
  examples: [{ what: 'until `windlass start shop`', line: 'windlass stop shop' }],
  arguments: [appArgument],
  flags: [environmentFlag],
  run: async (context) => {
    const { app, environment } = aimOf(context);
    const result = await context.control.call('apps.stop', { app, environment });
    context.show(result, () => [
      `${placeText(app, environment)} is stopped; \`windlass start ${app}${againText(environment, context.reach)}\` brings it back`,
    ]);
    return 0;
  },
};
