/** `gateway`: calls of models through the AI gateway, against the provider itself and against Portkey's gateway. */

import { startContenders } from './ai/contenders.ts';
import { measureGrowth, measureStreams } from './ai/memory.ts';
import { measureRate } from './ai/rate.ts';
import { measureFirstToken, measureOverhead } from './ai/waits.ts';
import type { Bench, Outcome } from './bench.ts';

const cases = [
  { name: 'rate', measure: measureRate },
  { name: 'overhead', measure: measureOverhead },
  { name: 'first token', measure: measureFirstToken },
  { name: 'streams', measure: measureStreams },
  { name: 'growth', measure: measureGrowth },
];

export const gateway: Bench = {
  name: 'gateway',
  summary:
    'AI calls per core against Portkey, overhead, first token, open streams, memory over a million calls',
  async run(context) {
    const { only = '' } = context;
    const wanted = cases.filter(({ name }) => name.includes(only));
    if (wanted.length === 0) throw new Error(`no case has "${only}" in its name`);
    const all = await startContenders(context);
    const outcome: Outcome = { figures: [], notes: [] };
    for (const { measure } of wanted) {
      const { figures, notes } = await measure(context, all);
      outcome.figures.push(...figures);
      outcome.notes.push(...notes);
    }
    return outcome;
  },
};
