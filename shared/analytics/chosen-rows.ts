/** Which visits and events of a partition a question is about, as one byte a row, made filter by filter. Pure. */

import { type Mask, masksOf, visitPasses } from './filter-mask.ts';
import type { Partition } from './partition.ts';
import type { Filter, Range } from './query.ts';

export interface ChosenRows {
  /** Null: all. */
  readonly visits: Uint8Array | null;
  readonly events: Uint8Array | null;
  /** Whether events were chosen by more than their time. */
  readonly masked: boolean;
}

export function chosenRows(partition: Partition, filters: readonly Filter[], range: Range): ChosenRows {
  const masks = masksOf(partition, filters);
  const from = range.from - partition.day;
  const to = range.to - partition.day;
  const masked = masks.events.length > 0;
  let events: Uint8Array | null = null;
  if (from > 0 || to <= partition.last) {
    events = new Uint8Array(partition.events);
    const at = new Uint32Array(partition.column('at'));
    for (let event = 0; event < events.length; event++) {
      const time = at[event] ?? 0;
      if (time >= from && time < to) events[event] = 1;
    }
  }
  for (const mask of masks.events) {
    events ??= new Uint8Array(partition.events).fill(1);
    keepPassing(events, mask);
  }
  if (masks.visits.length + masks.done.length === 0) return { visits: null, events, masked };
  const visits = new Uint8Array(partition.visits).fill(1);
  for (const mask of masks.visits) keepPassing(visits, mask);
  if (masks.done.length > 0) {
    const first = new Uint32Array(partition.column('first'));
    const done = { ...masks, visits: [] };
    for (let visit = 0; visit < visits.length; visit++) {
      if (visits[visit] === 1 && !visitPasses(done, visit, first[visit] ?? 0, first[visit + 1] ?? 0))
        visits[visit] = 0;
    }
  }
  return { visits, events, masked };
}

function keepPassing(rows: Uint8Array, { column, passes }: Mask): void {
  // One type of column for the loop, whatever the width it was stored with.
  const numbers = new Uint32Array(column);
  for (let row = 0; row < rows.length; row++) {
    if (passes[numbers[row] ?? 0] !== 1) rows[row] = 0;
  }
}
