/** Sends mutations through data paths, many together, and looks after each batch whether all is well. */

import type { RawApp, Rig } from '../rig.ts';
import { closed, harvest, patienceMs, stillWell, within } from './aftermath.ts';

export interface Batches<Got> {
  readonly mutations: number;
  /** Some linger for two seconds after their answer, so many go on together. */
  readonly atOnce: number;
  readonly app: RawApp;
  /** They are closed at the end, as the app is. */
  readonly rigs: readonly [Rig, ...Rig[]];
  /** What must never happen is added here. Beyond twenty no more is sent. */
  readonly faults: string[];
  /** One mutation from its begin to its end; resolves to what came back. */
  visit(): Promise<Got>;
  seen(got: Got): void;
}

const mostFaults = 20;

/** Resolves to how many requests reached the app, as the witness counts them. */
export async function inBatches<Got>(batches: Batches<Got>): Promise<number> {
  const { mutations, atOnce, app, rigs, faults } = batches;
  const close = () => Promise.all(rigs.map((rig) => rig.close()));
  let forwarded = 0;
  try {
    for (let done = 0; done < mutations && faults.length <= mostFaults; done += atOnce) {
      const batch = Array.from({ length: Math.min(atOnce, mutations - done) }, () => batches.visit());
      for (const got of await Promise.all(batch)) batches.seen(got);
      forwarded += harvest(app, faults);
      await stillWell(rigs[0], faults);
    }
    await closed(rigs, faults);
    await close();
    for (const connection of app.connections) await within(patienceMs, connection);
    return forwarded + harvest(app, faults);
  } finally {
    await close();
    app.close();
  }
}
