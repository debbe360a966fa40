/** `windlass help`: every verb, or one of them. */

import { findVerb } from '../find-verb.ts';
import { overviewLines, verbLines } from '../help.ts';
import type { Flag, Verb } from '../verb.ts';

export const help: Verb = {
  name: 'help',
  summary: 'show help, or help about a verb',
  usage: ['help [VERB]'],
  examples: [{ what: 'about deploying', line: 'windlass help deploy' }],
  arguments: [{ name: 'VERB', required: false, completes: 'verb' }],
  flags: [],
  run: async (context) => {
    const { verbs } = context;
    const name = context.args[0];
    if (name === undefined) {
      context.show({ verbs: verbs.filter((verb) => !verb.hidden).map(describe) }, () =>
        overviewLines(verbs, context.style),
      );
      return 0;
    }
    const verb = findVerb(name, verbs);
    context.show(describe(verb), () => verbLines(verb, context.style));
    return 0;
  },
};

function describe(verb: Verb) {
  const flags = verb.flags
    .filter((flag: Flag) => !flag.hidden)
    .map(({ name, summary }) => ({ name, summary }));
  return { name: verb.name, summary: verb.summary, usage: verb.usage, examples: verb.examples, flags };
}
