/**
 * One pass over a partition. Visitors lie one after the other, so "did I count this one here already" is one comparison with
 * the last visitor counted in that group: exact numbers of different people for any filter and any grouping, at the
 * price of a lookup. Columns are widened to one type first: that costs a copy and makes the loops three times faster.
 */

import { WindlassError } from '../errors.ts';
import { type ChosenRows, chosenRows } from './chosen-rows.ts';
import { type Group, groupOf } from './group.ts';
import type { ColumnName, Partition } from './partition.ts';
import type { Filter, Range } from './query.ts';
import { type Needs, newTally, type Tally } from './tally.ts';

export interface ScanPlan {
  readonly range: Range;
  readonly filters: readonly Filter[];
  readonly dimensions: readonly string[];
  /** Of the intervals, where `time` is a dimension. */
  readonly starts: readonly number[];
  readonly needs: Needs;
}

export interface Scanned {
  readonly tally: Tally;
  /** Over all groups: people in several groups count once. */
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
  const rows = chosenRows(partition, plan.filters, plan.range);
  const tally = newTally(count);
  const total = newTally(1);
  if (!rows.masked && groups.every(({ kind }) => kind === 'visits' || kind === 'time')) {
    countVisits(partition, rows, plan.range, groups, tally, total);
  } else {
    const numbers = groupNumbers(partition, groups);
    countPeople(partition, rows, numbers, tally, total);
    if (plan.needs.visits) countVisitsOfEvents(partition, rows, plan.range, groups, numbers, tally, total);
  }
  if (plan.needs.measures) addMeasures(partition, rows, groupNumbers(partition, groups), tally, total);
  return { tally, total, words: groups.map(({ words }) => words) };
}

/**
 * Where no event is asked about by itself, the columns of a visit say all of it, as long as it lies within the range and
 * one interval. Only the few that do not are looked at event by event.
 */
function countVisits(
  partition: Partition,
  rows: ChosenRows,
  range: Range,
  groups: readonly Group[],
  tally: Tally,
  total: Tally,
): void {
  const visitsOf = wide(partition, 'visits');
  const first = wide(partition, 'first');
  const times = wide(partition, 'at');
  const kind = wide(partition, 'kind');
  const views = wide(partition, 'views');
  const events = wide(partition, 'events');
  const duration = wide(partition, 'duration');
  const bounce = wide(partition, 'bounce');
  const { base, stride } = groupsOfVisits(partition, groups);
  // One interval for all where time is not asked about. Long enough: reading past an end is what makes the loop slow.
  const clock =
    groups.find((group) => group.kind === 'time')?.intervalOf ??
    new Uint32Array(Math.floor(partition.last / minuteMs) + 1);
  const from = range.from - partition.day;
  const to = range.to - partition.day;
  const seen = new Uint32Array(tally.visitors.length);
  // Never null: one kind of value in the loop keeps it compiled for it.
  const chosen = rows.visits ?? new Uint8Array(partition.visits).fill(1);
  const {
    visitors: people,
    visits: counted,
    views: seenViews,
    events: counts,
    bounces,
    viewsOfVisits,
  } = tally;
  const durations = tally.duration;
  let everybody = 0;
  for (let visitor = 0; visitor < partition.visitors; visitor++) {
    const end = visitsOf[visitor + 1] ?? 0;
    let came = 0;
    for (let visit = visitsOf[visitor] ?? 0; visit < end; visit++) {
      if (chosen[visit] !== 1) continue;
      const begin = first[visit] ?? 0;
      const next = first[visit + 1] ?? 0;
      const started = times[begin] ?? 0;
      const last = times[next - 1] ?? 0;
      const interval = clock[(started / minuteMs) | 0] ?? 0;
      const timeless = base[visit] ?? 0;
      const group = timeless + interval * stride;
      if (started >= from && started < to) {
        add(counted, group, 1);
        add(viewsOfVisits, group, views[visit] ?? 0);
        add(bounces, group, bounce[visit] ?? 0);
        addTo(durations, group, duration[visit] ?? 0);
      }
      if (started >= from && last < to && (clock[(last / minuteMs) | 0] ?? 0) === interval) {
        came = 1;
        if (seen[group] !== visitor + 1) {
          seen[group] = visitor + 1;
          add(people, group, 1);
        }
        add(seenViews, group, views[visit] ?? 0);
        add(counts, group, events[visit] ?? 0);
        continue;
      }
      for (let event = begin; event < next; event++) {
        const time = times[event] ?? 0;
        if (time < from || time >= to) continue;
        came = 1;
        const mine = timeless + (clock[(time / minuteMs) | 0] ?? 0) * stride;
        if (seen[mine] !== visitor + 1) {
          seen[mine] = visitor + 1;
          add(people, mine, 1);
        }
        add(counts, mine, 1);
        if (kind[event] === 0) add(seenViews, mine, 1);
      }
    }
    everybody += came;
  }
  total.visitors[0] = everybody;
  for (const field of ['visits', 'views', 'viewsOfVisits', 'events', 'bounces', 'duration'] as const) {
    total[field][0] = sumOf(tally[field]);
  }
}

/** The group of every visit but for its interval, and how many groups lie between two intervals. */
function groupsOfVisits(
  partition: Partition,
  groups: readonly Group[],
): { base: Uint32Array; stride: number } {
  const base = new Uint32Array(partition.visits);
  let stride = 0;
  for (const group of groups) {
    const width = group.words.length;
    stride = group.kind === 'time' ? 1 : stride * width;
    const column = group.kind === 'visits' ? new Uint32Array(group.column) : null;
    for (let visit = 0; visit < base.length; visit++) {
      base[visit] = (base[visit] ?? 0) * width + (column === null ? 0 : (column[visit] ?? 0));
    }
  }
  return { base, stride };
}

function countPeople(
  partition: Partition,
  rows: ChosenRows,
  numbers: Uint32Array,
  tally: Tally,
  total: Tally,
): void {
  const visitsOf = wide(partition, 'visits');
  const first = wide(partition, 'first');
  const kind = wide(partition, 'kind');
  const seen = new Uint32Array(tally.visitors.length);
  const { visitors, events, views } = tally;
  const { visits: chosenVisits, events: chosenEvents } = rows;
  for (let visitor = 0; visitor < partition.visitors; visitor++) {
    const end = visitsOf[visitor + 1] ?? 0;
    let came = 0;
    for (let visit = visitsOf[visitor] ?? 0; visit < end; visit++) {
      if (chosenVisits !== null && chosenVisits[visit] !== 1) continue;
      const next = first[visit + 1] ?? 0;
      for (let event = first[visit] ?? 0; event < next; event++) {
        if (chosenEvents !== null && chosenEvents[event] !== 1) continue;
        came = 1;
        const group = numbers[event] ?? 0;
        if (seen[group] !== visitor + 1) {
          seen[group] = visitor + 1;
          add(visitors, group, 1);
        }
        add(events, group, 1);
        if (kind[event] === 0) add(views, group, 1);
      }
    }
    add(total.visitors, 0, came);
  }
  total.events[0] = sumOf(events);
  total.views[0] = sumOf(views);
}

/** Visits with an event of each group; one belongs to the interval in which it began, whenever its events came. */
function countVisitsOfEvents(
  partition: Partition,
  rows: ChosenRows,
  range: Range,
  groups: readonly Group[],
  numbers: Uint32Array,
  tally: Tally,
  total: Tally,
): void {
  const first = wide(partition, 'first');
  const times = wide(partition, 'at');
  const views = wide(partition, 'views');
  const duration = wide(partition, 'duration');
  const bounce = wide(partition, 'bounce');
  const homes = groups.some(({ kind }) => kind === 'time') ? groupNumbers(partition, groups, first) : numbers;
  const counted = new Uint32Array(tally.visits.length);
  const from = range.from - partition.day;
  const to = range.to - partition.day;
  const { visits: chosenVisits, events: chosenEvents } = rows;
  const count = (into: Tally, group: number, visit: number) => {
    add(into.visits, group, 1);
    add(into.bounces, group, bounce[visit] ?? 0);
    addTo(into.duration, group, duration[visit] ?? 0);
    add(into.viewsOfVisits, group, views[visit] ?? 0);
  };
  for (let visit = 0; visit < partition.visits; visit++) {
    if (chosenVisits !== null && chosenVisits[visit] !== 1) continue;
    const begin = first[visit] ?? 0;
    const next = first[visit + 1] ?? 0;
    const started = times[begin] ?? 0;
    if (started < from || started >= to) continue;
    let any = false;
    for (let event = begin; event < next; event++) {
      if (chosenEvents !== null && chosenEvents[event] !== 1) continue;
      any = true;
      const home = homes[event] ?? 0;
      if (counted[home] === visit + 1) continue;
      counted[home] = visit + 1;
      count(tally, home, visit);
    }
    if (any) count(total, 0, visit);
  }
}

/** What was measured of views, and what was sold. */
function addMeasures(
  partition: Partition,
  rows: ChosenRows,
  numbers: Uint32Array,
  tally: Tally,
  total: Tally,
): void {
  const first = wide(partition, 'first');
  const engaged = wide(partition, 'engaged');
  const scroll = wide(partition, 'scroll');
  const revenue = Float64Array.from(partition.column('revenue'));
  const { visits: chosenVisits, events: chosenEvents } = rows;
  for (let visit = 0; visit < partition.visits; visit++) {
    if (chosenVisits !== null && chosenVisits[visit] !== 1) continue;
    const next = first[visit + 1] ?? 0;
    for (let event = first[visit] ?? 0; event < next; event++) {
      if (chosenEvents !== null && chosenEvents[event] !== 1) continue;
      const group = numbers[event] ?? 0;
      const looked = engaged[event] ?? 0;
      if (looked !== 0) {
        addTo(tally.engaged, group, looked);
        add(tally.engagedViews, group, 1);
      }
      const far = scroll[event] ?? 0;
      if (far !== 0) {
        addTo(tally.scroll, group, far);
        add(tally.scrolledViews, group, 1);
      }
      const sold = revenue[event] ?? 0;
      if (sold !== 0) addTo(tally.revenue, group, sold);
    }
  }
  for (const field of ['engaged', 'engagedViews', 'scroll', 'scrolledViews', 'revenue'] as const) {
    total[field][0] = sumOf(tally[field]);
  }
}

/** The group of every event. With `first`, by the time its visit began in place of its own. */
function groupNumbers(partition: Partition, groups: readonly Group[], first?: Uint32Array): Uint32Array {
  const [only] = groups;
  if (groups.length === 1 && only?.kind === 'events') return new Uint32Array(only.column);
  const numbers = new Uint32Array(partition.events);
  for (const group of groups) addNumbers(partition, group, numbers, first);
  return numbers;
}

function addNumbers(
  partition: Partition,
  group: Group,
  numbers: Uint32Array,
  first: Uint32Array | undefined,
): void {
  const width = group.words.length;
  switch (group.kind) {
    case 'events': {
      const column = new Uint32Array(group.column);
      for (let row = 0; row < numbers.length; row++)
        numbers[row] = (numbers[row] ?? 0) * width + (column[row] ?? 0);
      return;
    }
    case 'words': {
      const { column, wordOf } = group;
      for (let row = 0; row < numbers.length; row++) {
        numbers[row] = (numbers[row] ?? 0) * width + (wordOf[column[row] ?? 0] ?? 0);
      }
      return;
    }
    case 'visits': {
      const column = new Uint32Array(group.column);
      const begins = wide(partition, 'first');
      for (let visit = 0; visit < partition.visits; visit++) {
        const number = column[visit] ?? 0;
        const next = begins[visit + 1] ?? 0;
        for (let row = begins[visit] ?? 0; row < next; row++)
          numbers[row] = (numbers[row] ?? 0) * width + number;
      }
      return;
    }
    case 'time': {
      const { intervalOf } = group;
      const at = wide(partition, 'at');
      const begins = first ?? wide(partition, 'first');
      for (let visit = 0; visit < partition.visits; visit++) {
        const begin = begins[visit] ?? 0;
        const next = begins[visit + 1] ?? 0;
        for (let row = begin; row < next; row++) {
          const time = at[first === undefined ? row : begin] ?? 0;
          numbers[row] = (numbers[row] ?? 0) * width + (intervalOf[(time / minuteMs) | 0] ?? 0);
        }
      }
    }
  }
}

function wide(partition: Partition, name: ColumnName): Uint32Array {
  const column = partition.column(name);
  return column instanceof Uint32Array ? column : new Uint32Array(column);
}

function add(counts: Uint32Array, at: number, by: number): void {
  counts[at] = (counts[at] ?? 0) + by;
}

/** Apart from `add`, so that each sees one type of array and is compiled for it. */
function addTo(sums: Float64Array, at: number, by: number): void {
  sums[at] = (sums[at] ?? 0) + by;
}

function sumOf(values: Uint32Array | Float64Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] ?? 0;
  return sum;
}
