/** `errors`: envelopes fully processed per core, what that costs in memory and others' time, a million events, a flood. */

import { join } from 'node:path';
import { writeUpstream } from './apps/upstream.ts';
import type { Bench, Figure } from './bench.ts';
import { measureBeside } from './errors/beside.ts';
import { measureFlood } from './errors/flood.ts';
import { measureIntake } from './errors/intake.ts';
import { measureQuestions } from './errors/questions.ts';
import { openSender } from './errors/sender.ts';
import { cores, pinned } from './machine/pin.ts';
import { startWindlass } from './peers/windlass.ts';

const parts = ['intake', 'beside', 'questions', 'flood'] as const;

export const errors: Bench = {
  name: 'errors',
  summary: 'envelopes of 20-50 kB grouped and stored per core, memory, questions over 1 M events, a flood',
  async run(context) {
    const figures: Figure[] = [];
    const notes: string[] = [];
    const into = { context, figures, notes };
    const wants = (part: (typeof parts)[number]) => part.includes(context.only ?? '');
    if (!parts.some(wants)) throw new Error(`its parts are ${parts.join(', ')}; --only named none of them`);
    if (wants('intake') || wants('beside') || wants('flood')) {
      const { folder, defer } = context;
      const windlass = await startWindlass({ folder, defer, wrap: (argv) => pinned(cores.measured, argv) });
      await windlass.deploy('upstream', await writeUpstream(join(folder, 'upstream')));
      const sender = await openSender(windlass, 'upstream');
      if (wants('intake')) await measureIntake({ ...into, windlass, sender });
      if (wants('beside')) await measureBeside({ ...into, windlass, sender });
      if (wants('flood')) await measureFlood({ ...into, windlass, sender });
    }
    if (wants('questions')) await measureQuestions(into);
    return { figures, notes };
  },
};
