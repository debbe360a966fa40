/** `windlass upgrade`: another file in place of the server's, without a lost request. */

import { resolve } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import type { UpgradeOutcome } from '../../../shared/upgrade/contract.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** A successor has a minute to come up, and the one before it another. */
const patienceMs = 150_000;
const lookMs = 200;

export const upgrade: Verb = {
  name: 'upgrade',
  summary: 'put another windlass in place of the server, with nothing lost',
  usage: ['upgrade FILE'],
  about: [
    'The new file starts beside the old one, on the same ports, and takes over once it answers. Apps go on meanwhile.',
    'A file that does not come up is taken out again by itself.',
  ],
  examples: [{ what: 'a file that was downloaded', line: 'windlass upgrade ./windlass-linux-x64' }],
  arguments: [{ name: 'FILE', required: true, completes: 'file' }],
  flags: [],
  run: async (context) => {
    const path = context.args[0] ?? '';
    const file = Bun.file(resolve(context.io.cwd, path));
    if (!(await file.exists())) {
      throw new WindlassError('not-found', `there is no file ${path}`, { hint: 'Name the new windlass.' });
    }
    const begun = await context.control.upload('upgrade.begin', {}, file.stream());
    context.say(`${begun.to} takes over from ${begun.from}`);
    const outcome = await outcomeOf(begun.id, context);
    context.show(outcome, () =>
      outcome.state === 'upgraded'
        ? [`the server is now ${outcome.to}`]
        : [`the server went back to ${outcome.from}: ${outcome.message}`],
    );
    return outcome.state === 'upgraded' ? 0 : 1;
  },
};

async function outcomeOf(id: string, { control }: VerbContext): Promise<UpgradeOutcome> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    // Between the two nobody answers.
    const outcome = await control.call('upgrade.outcome', { id }).catch((error: unknown) => {
      if (error instanceof WindlassError && error.code !== 'not-found') return null;
      throw error;
    });
    if (outcome !== null && outcome.state !== 'under-way') return outcome;
    await Bun.sleep(lookMs);
  }
  throw new WindlassError('timeout', 'nobody says how the upgrade went', {
    hint: 'See `windlass version` and the server log.',
  });
}
