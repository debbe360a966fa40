/** What a benchmark is: a name, what it measures, and a run that yields figures. */

import type { BarName } from './bar.ts';

/** One number a benchmark found. `bar` names the row of bar.ts it is held against, if any. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  bar?: BarName;
}

export interface Outcome {
  figures: Figure[];
  /** What a reader must know to judge the figures: the spread, what was saturated, what went wrong. */
  notes: string[];
}

/** Promises to run something when the benchmark is over, however it ends. Last promised, first done. */
export type Defer = (cleanUp: () => Promise<void>) => void;

/** How apps run while it is measured. */
export const runtimes = ['native', 'docker'] as const;
export type BenchRuntime = (typeof runtimes)[number];

export interface BenchContext {
  readonly runtime: BenchRuntime;
  /** Text that the names of its cases must have to be measured; absent for all of them. */
  readonly only?: string;
  /** Progress for a person, one line, never part of the result. */
  say(line: string): void;
  /** Empty, and gone when the benchmark is over. */
  folder: string;
  defer: Defer;
}

export interface Bench {
  readonly name: string;
  readonly summary: string;
  /** It can also be measured with apps in containers. */
  readonly alsoDocker?: boolean;
  run(context: BenchContext): Promise<Outcome>;
}
