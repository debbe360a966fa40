/** `windlass restart`: the same release anew, with the variables of now, and without a gap. */

import { aimOf } from '../aim.ts';
import { follow, followFlags } from '../follow.ts';
import { appArgument, environmentFlag, type Verb } from '../verb.ts';

export const restart: Verb = {
  name: 'restart',
  summary: 'start the live release anew, without a gap',
  usage: ['restart APP [--env NAME] [--detach | --wait]'],
  examples: [{ what: 'so that new variables take effect', line: 'windlass restart shop' }],
  arguments: [appArgument],
  flags: [environmentFlag, ...followFlags],
  run: async (context) => follow(context, await context.control.call('apps.restart', aimOf(context))),
};
