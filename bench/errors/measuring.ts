/** What a part of `errors` is given. */

import type { BenchContext, Figure } from '../bench.ts';
import type { Windlass } from '../peers/windlass.ts';
import type { Sender } from './sender.ts';

export interface Into {
  context: BenchContext;
  figures: Figure[];
  notes: string[];
}

export interface Measuring extends Into {
  windlass: Windlass;
  sender: Sender;
}
