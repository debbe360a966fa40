/** From partitions to the rows of an answer. Pure; the server and the desktop's local copy both answer with it. */

import { intervalStarts } from './calendar.ts';
import { leavesOutEmpty } from './group.ts';
import type { Partition } from './partition.ts';
import type { Answer, AnswerRow, Metric, Question, Range } from './query.ts';
import type { RollupRow } from './rollup-row.ts';
import { type ScanPlan, scan } from './scan.ts';
import { addSums, metricOf, needsOf, noSums, type Sums } from './tally.ts';

/** `partitions` that may hold something of the range, opened one after the other. */
export type OpenPartitions = (range: Range) => Iterable<Partition>;

/** Sums of days in the range of which there is no partition. */
export type OpenRollups = (range: Range, dimension: string) => Iterable<RollupRow>;

const noRollups: OpenRollups = () => [];

export function answerQuestion(
  open: OpenPartitions,
  question: Question,
  rollups: OpenRollups = noRollups,
): Answer {
  const now = figuresIn(open, rollups, question, question.range);
  const before = question.compare === undefined ? null : figuresIn(open, rollups, question, question.compare);
  const { metrics, dimensions, limit, offset } = question;
  const row = (keys: string[], sums: Sums, then: Sums | null): AnswerRow => ({
    keys,
    values: valuesOf(sums, metrics),
    ...(then === null ? {} : { before: valuesOf(then, metrics) }),
  });
  const rows = sorted(now, question);
  const beforeRows = before === null ? null : sorted(before, question);
  return {
    rows: rows.slice(offset, offset + limit).map(({ keys, sums }, index) => {
      // Intervals are compared one by one in their order; everything else by its name.
      const then =
        before === null
          ? null
          : dimensions[0] === 'time'
            ? (beforeRows?.[offset + index]?.sums ?? noSums())
            : (before.groups.get(keys.join('\n'))?.sums ?? noSums());
      return row(keys, sums, then);
    }),
    rowCount: rows.length,
    total: row([], now.total, before?.total ?? null),
  };
}

interface GroupSums {
  keys: string[];
  sums: Sums;
}

interface Figures {
  readonly groups: Map<string, GroupSums>;
  readonly total: Sums;
}

function figuresIn(open: OpenPartitions, rollups: OpenRollups, question: Question, range: Range): Figures {
  const { dimensions, interval, zone, filters } = question;
  const starts = dimensions.includes('time') ? intervalStarts(range, interval, zone) : [];
  const plan: ScanPlan = { range, filters, dimensions, starts, needs: needsOf(question.metrics) };
  const groups = new Map<string, GroupSums>();
  if (dimensions.length === 1 && dimensions[0] === 'time') {
    for (const start of starts) groups.set(String(start), { keys: [String(start)], sums: noSums() });
  }
  const total = noSums();
  for (const partition of open(range)) {
    const { tally, total: whole, words } = scan(partition, plan);
    for (let group = 0; group < tally.events.length; group++) {
      if (tally.events[group] === 0 && tally.visits[group] === 0) continue;
      const keys = keysOf(words, group);
      if (dimensions.some((dimension, index) => isNone(dimension, keys[index] ?? ''))) continue;
      const name = keys.join('\n');
      let sums = groups.get(name)?.sums;
      if (sums === undefined) {
        sums = noSums();
        groups.set(name, { keys, sums });
      }
      addSums(sums, tally, group);
    }
    addSums(total, whole, 0);
  }
  addRollups({ groups, total }, rollups, question, range, starts);
  return { groups, total };
}

/** Only where each day can be asked for by itself: no filter, and one dimension or time in days at least. */
function addRollups(
  { groups, total }: Figures,
  rollups: OpenRollups,
  { dimensions, filters, interval }: Question,
  range: Range,
  starts: readonly number[],
): void {
  const [dimension = ''] = dimensions;
  const byTime = dimension === 'time';
  if (filters.length > 0 || dimensions.length > 1 || (byTime && /minute|hour/.test(interval))) return;
  for (const row of rollups(range, '')) {
    addRow(total, row);
    if (dimension === '') addTo(groups, [], row);
    if (!byTime) continue;
    // A day of UTC belongs to the interval its noon is in, wherever the zone begins its days.
    const start = starts.findLast((each) => each <= row.day + noonMs);
    const group = groups.get(String(start));
    if (group !== undefined) addRow(group.sums, row);
  }
  if (byTime || dimension === '') return;
  for (const row of rollups(range, dimension)) {
    addTo(groups, [row.key], row);
  }
}

function addTo(groups: Map<string, GroupSums>, keys: string[], row: RollupRow): void {
  const name = keys.join('\n');
  const group = groups.get(name) ?? { keys, sums: noSums() };
  groups.set(name, group);
  addRow(group.sums, row);
}

const noonMs = 43_200_000;

function addRow(sums: Sums, row: RollupRow): void {
  sums.visitors += row.visitors;
  sums.visits += row.visits;
  sums.views += row.views;
  sums.events += row.events;
  sums.bounces += row.bounces;
  sums.duration += row.duration;
  sums.viewsOfVisits += row.viewsOfVisits;
}

/** Whether a group says nothing: no property, no goal, or the view of a page, which is no goal. */
function isNone(dimension: string, key: string): boolean {
  return (key === '' && leavesOutEmpty(dimension)) || (dimension === 'goal' && key === 'pageview');
}

function keysOf(words: readonly (readonly string[])[], group: number): string[] {
  const [one, two] = words;
  if (one === undefined) return [];
  if (two === undefined) return [one[group] ?? ''];
  return [one[Math.floor(group / two.length)] ?? '', two[group % two.length] ?? ''];
}

function sorted({ groups }: Figures, { dimensions, metrics }: Question): GroupSums[] {
  const rows = [...groups.values()];
  const [metric] = metrics;
  if (dimensions[0] === 'time') {
    return rows.sort((a, b) => Number(a.keys[0]) - Number(b.keys[0]) || compareText(a.keys[1], b.keys[1]));
  }
  const weight = (sums: Sums) => (metric === undefined ? 0 : (metricOf(sums, metric) ?? -1));
  return rows.sort(
    (a, b) => weight(b.sums) - weight(a.sums) || compareText(a.keys.join('\n'), b.keys.join('\n')),
  );
}

/** By code units, so that both sides of a tunnel agree whatever their language. */
function compareText(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function valuesOf(sums: Sums, metrics: readonly Metric[]): (number | null)[] {
  return metrics.map((metric) => metricOf(sums, metric));
}
