/**
 * One pass over a partition. Visitors lie one after the other, so "did I count this one here already" is one comparison with
 * the last visitor counted in that group: exact numbers of different people for any filter and any grouping, at the
 * price of a lookup.
 */

import { WindlassError } from '../errors.ts';
import { type Mask, type Masks, masksOf, rowPasses, visitPasses } from './filter-mask.ts';
import { type Group, groupOf } from './group.ts';
import type { Partition } from './partition.ts';
import type { Filter, Range } from './query.ts';
import { newTally, type Tally } from './tally.ts';

export interface ScanPlan {
  readonly range: Range;
  readonly filters: readonly Filter[];
  readonly dimensions: readonly string[];
  /** Of the intervals, where `time` is a dimension. */
  readonly starts: readonly number[];
}

export interface Scanned {
  readonly tally: Tally;
  /** Over all groups: people in several groups count once. The tally itself where there is no dimension. */
  readonly total: Tally;
  /** Words of each dimension; group `a * words[1].length + b` where there are two. */
  readonly words: readonly (readonly string[])[];
}

/** Of one partition: more would not fit a small server. */
const mostGroups = 500_000;
const minuteMs = 60_000;

export function scan(partition: Partition, plan: ScanPlan): Scanned {
  const groups = plan.dimensions.map((dimension) => groupOf(partition, dimension, plan.starts));
  const count = groups.reduce((product, { words }) => product * words.length, 1);
  if (count > mostGroups) {
    throw new WindlassError('limit', `that makes ${count} groups in one day`, {
      hint: 'Ask for one dimension, or filter first.',
    });
  }
  const masks = masksOf(partition, plan.filters);
  const tally = newTally(count);
  const total = groups.length === 0 ? tally : newTally(1);
  const into = groups.length === 0 ? [tally] : [tally, total];
  const from = plan.range.from - partition.day;
  const to = plan.range.to - partition.day;
  const whole = from <= 0 && to > partition.last;
  const byVisit =
    whole && masks.events.length + masks.done.length === 0 && groups.every(({ kind }) => kind === 'visits');
  if (byVisit) scanVisits(partition, masks.visits, groups, into);
  else scanEvents(partition, masks, groups, from, to, into);
  return { tally, total, words: groups.map(({ words }) => words) };
}

/** Where only visits are asked about and none is cut by the range, their own columns say all. */
function scanVisits(
  partition: Partition,
  masks: readonly Mask[],
  groups: readonly Group[],
  into: readonly Tally[],
): void {
  const visitsOf = partition.column('visits');
  const first = partition.column('first');
  const views = partition.column('views');
  const events = partition.column('events');
  const duration = partition.column('duration');
  const bounce = partition.column('bounce');
  const measures = measuresOf(partition);
  const [one, two] = groups;
  const width = two?.words.length ?? 0;
  const seen = into.map(({ visitors }) => new Uint32Array(visitors.length));
  for (let visitor = 0; visitor < partition.visitors; visitor++) {
    const end = visitsOf[visitor + 1] ?? 0;
    for (let visit = visitsOf[visitor] ?? 0; visit < end; visit++) {
      if (!rowPasses(masks, visit)) continue;
      const a = one === undefined ? 0 : numberIn(one, 0, visit, 0);
      const group = two === undefined ? a : a * width + numberIn(two, 0, visit, 0);
      for (let index = 0; index < into.length; index++) {
        const tally = into[index] as Tally;
        const last = seen[index] as Uint32Array;
        const at = index === 0 ? group : 0;
        if (last[at] !== visitor + 1) {
          last[at] = visitor + 1;
          add(tally.visitors, at, 1);
        }
        add(tally.visits, at, 1);
        add(tally.views, at, views[visit] ?? 0);
        add(tally.viewsOfVisits, at, views[visit] ?? 0);
        add(tally.events, at, events[visit] ?? 0);
        add(tally.bounces, at, bounce[visit] ?? 0);
        add(tally.duration, at, duration[visit] ?? 0);
        if (measures !== null) {
          const next = first[visit + 1] ?? 0;
          for (let event = first[visit] ?? 0; event < next; event++) measures(event, at, tally);
        }
      }
    }
  }
}

function scanEvents(
  partition: Partition,
  masks: Masks,
  groups: readonly Group[],
  from: number,
  to: number,
  into: readonly Tally[],
): void {
  const visitsOf = partition.column('visits');
  const first = partition.column('first');
  const times = partition.column('at');
  const kind = partition.column('kind');
  const views = partition.column('views');
  const duration = partition.column('duration');
  const bounce = partition.column('bounce');
  const measures = measuresOf(partition);
  const [one, two] = groups;
  const width = two?.words.length ?? 0;
  const seen = into.map(({ visitors }) => new Uint32Array(visitors.length));
  const counted = into.map(({ visits }) => new Uint32Array(visits.length));
  for (let visitor = 0; visitor < partition.visitors; visitor++) {
    const end = visitsOf[visitor + 1] ?? 0;
    for (let visit = visitsOf[visitor] ?? 0; visit < end; visit++) {
      const begin = first[visit] ?? 0;
      const next = first[visit + 1] ?? 0;
      if (!visitPasses(masks, visit, begin, next)) continue;
      const started = times[begin] ?? 0;
      const startsWithin = started >= from && started < to;
      for (let event = begin; event < next; event++) {
        const time = times[event] ?? 0;
        if (time < from || time >= to || !rowPasses(masks.events, event)) continue;
        const a = one === undefined ? 0 : numberIn(one, event, visit, time);
        const group = two === undefined ? a : a * width + numberIn(two, event, visit, time);
        // A visit belongs to the interval in which it began, whenever its events came.
        const b = one?.kind === 'time' ? numberIn(one, event, visit, started) : a;
        const home =
          two === undefined
            ? b
            : b * width + numberIn(two, event, visit, two.kind === 'time' ? started : time);
        for (let index = 0; index < into.length; index++) {
          const tally = into[index] as Tally;
          const last = seen[index] as Uint32Array;
          const at = index === 0 ? group : 0;
          if (last[at] !== visitor + 1) {
            last[at] = visitor + 1;
            add(tally.visitors, at, 1);
          }
          if (startsWithin) {
            const had = counted[index] as Uint32Array;
            const where = index === 0 ? home : 0;
            if (had[where] !== visit + 1) {
              had[where] = visit + 1;
              add(tally.visits, where, 1);
              add(tally.bounces, where, bounce[visit] ?? 0);
              add(tally.duration, where, duration[visit] ?? 0);
              add(tally.viewsOfVisits, where, views[visit] ?? 0);
            }
          }
          add(tally.events, at, 1);
          if (kind[event] === 0) add(tally.views, at, 1);
          measures?.(event, at, tally);
        }
      }
    }
  }
}

function add(sums: Float64Array, at: number, by: number): void {
  sums[at] = (sums[at] ?? 0) + by;
}

function numberIn(group: Group, event: number, visit: number, time: number): number {
  switch (group.kind) {
    case 'events':
      return group.column[event] ?? 0;
    case 'visits':
      return group.column[visit] ?? 0;
    case 'words':
      return group.wordOf[group.column[event] ?? 0] ?? 0;
    case 'time':
      return group.intervalOf[(time / minuteMs) | 0] ?? 0;
  }
}

/** Adds what is known of a view or a sale; null where nothing of the kind was ever measured that day. */
function measuresOf(partition: Partition): ((event: number, group: number, tally: Tally) => void) | null {
  const engaged = partition.column('engaged');
  const scroll = partition.column('scroll');
  const revenue = partition.column('revenue');
  if (![engaged, scroll, revenue].some((column) => column.some((value) => value !== 0))) return null;
  return (event, group, tally) => {
    const looked = engaged[event] ?? 0;
    if (looked !== 0) {
      add(tally.engaged, group, looked);
      add(tally.engagedViews, group, 1);
    }
    const seen = scroll[event] ?? 0;
    if (seen !== 0) {
      add(tally.scroll, group, seen);
      add(tally.scrolledViews, group, 1);
    }
    add(tally.revenue, group, revenue[event] ?? 0);
  };
}
