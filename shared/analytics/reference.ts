/**
 * The same answers from bare hits, slow and plain: what the columns are compared with. Sets of people in place of an
 * order, every row looked at for every group, no dictionary, no mask. Only tests and the bench use it.
 */

import { intervalStarts } from './calendar.ts';
import { type FunnelQuestion, type FunnelStep, pathPattern } from './funnel.ts';
import { leavesOutEmpty } from './group.ts';
import type { Hit, TraitName } from './hit.ts';
import type { Answer, Filter, Metric, Question } from './query.ts';

interface RefEvent {
  hit: Hit;
  engaged: number;
  scroll: number;
}

interface RefVisit {
  visitor: string;
  events: RefEvent[];
  last: number;
}

const idleMs = 1_800_000;

/** In any order. */
export function refVisits(hits: readonly Hit[]): RefVisit[] {
  const sorted = hits
    .map((hit, index) => ({ hit, index }))
    .sort((a, b) => a.hit.at - b.hit.at || a.index - b.index)
    .map(({ hit }) => hit);
  const open = new Map<string, RefVisit>();
  const visits: RefVisit[] = [];
  for (const hit of sorted) {
    let visit = open.get(hit.visitor);
    if (visit === undefined || hit.at - visit.last > idleMs) {
      if (hit.kind === 'measures') continue;
      visit = { visitor: hit.visitor, events: [], last: hit.at };
      open.set(hit.visitor, visit);
      visits.push(visit);
    }
    visit.last = hit.at;
    if (hit.kind !== 'measures') {
      visit.events.push({ hit, engaged: 0, scroll: 0 });
      continue;
    }
    const view = visit.events.findLast(
      (event) => event.hit.kind === 'pageview' && event.hit.path === hit.path,
    );
    if (view === undefined || hit.page === null) continue;
    view.engaged += hit.page.engaged;
    view.scroll = Math.max(view.scroll, hit.page.scroll);
  }
  return visits;
}

export function refAnswer(visits: readonly RefVisit[], question: Question): Answer {
  const { dimensions, metrics, range, filters, interval, zone, limit, offset } = question;
  const starts = intervalStarts(range, interval, zone);
  const groupsByName = new Map<string, { keys: string[]; cells: Cells }>();
  const all = newCells();
  const cellsOf = (keys: string[]) => {
    const name = keys.join('\n');
    const found = groupsByName.get(name) ?? { keys, cells: newCells() };
    groupsByName.set(name, found);
    return found.cells;
  };
  if (dimensions.length === 1 && dimensions[0] === 'time')
    for (const start of starts) cellsOf([String(start)]);
  for (const visit of visits) {
    if (!filters.every((filter) => passesVisit(visit, filter))) continue;
    const started = visit.events[0]?.hit.at ?? 0;
    for (const event of visit.events) {
      const { at } = event.hit;
      if (at < range.from || at >= range.to) continue;
      if (!filters.every((filter) => passesEvent(event, filter))) continue;
      const keysAt = (time: number) => dimensions.map((name) => wordOf(name, visit, event, time, starts));
      const within = started >= range.from && started < range.to;
      addEvent(all, visit, event);
      if (within) all.visits.add(visit);
      const keys = keysAt(at);
      if (keys.some((key, index) => isNone(dimensions[index] ?? '', key))) continue;
      addEvent(cellsOf(keys), visit, event);
      if (within) cellsOf(keysAt(started)).visits.add(visit);
    }
  }
  const [first = 'visitors'] = metrics;
  const rows = [...groupsByName.values()].sort((a, b) => {
    if (dimensions[0] === 'time') {
      return Number(a.keys[0]) - Number(b.keys[0]) || order(a.keys[1] ?? '', b.keys[1] ?? '');
    }
    return (
      (figure(b.cells, first) ?? -1) - (figure(a.cells, first) ?? -1) ||
      order(a.keys.join('\n'), b.keys.join('\n'))
    );
  });
  const valuesOf = (cells: Cells) => metrics.map((metric) => figure(cells, metric));
  return {
    rows: rows.slice(offset, offset + limit).map(({ keys, cells }) => ({ keys, values: valuesOf(cells) })),
    rowCount: rows.length,
    total: { keys: [], values: valuesOf(all) },
  };
}

/** By trying every way through a visitor's events. */
export function refFunnel(visits: readonly RefVisit[], question: FunnelQuestion): number[] {
  const counts = question.steps.map(() => 0);
  for (const mine of Map.groupBy(visits, ({ visitor }) => visitor).values()) {
    const events = mine
      .flatMap((visit) => visit.events)
      .filter(({ hit }) => hit.at >= question.range.from && hit.at < question.range.to);
    let furthest = 0;
    for (const [index, { hit }] of events.entries()) {
      if (stepFits(hit, question.steps[0])) {
        furthest = Math.max(furthest, goOn(events, index, 1, hit.at, question));
      }
    }
    for (let step = 0; step < furthest; step++) counts[step] = (counts[step] ?? 0) + 1;
  }
  return counts;
}

function goOn(
  events: readonly RefEvent[],
  index: number,
  step: number,
  start: number,
  question: FunnelQuestion,
): number {
  let furthest = step;
  if (step === question.steps.length) return furthest;
  const last = question.strict ? Math.min(events.length, index + 2) : events.length;
  for (let next = index + 1; next < last; next++) {
    const hit = events[next]?.hit;
    if (hit !== undefined && hit.at - start <= question.within && stepFits(hit, question.steps[step])) {
      furthest = Math.max(furthest, goOn(events, next, step + 1, start, question));
    }
  }
  return furthest;
}

function stepFits(hit: Hit, step: FunnelStep | undefined): boolean {
  if (step?.kind === 'goal') return hit.kind === 'event' && hit.name === step.name;
  return step !== undefined && hit.kind === 'pageview' && pathPattern(step.path).test(hit.path);
}

interface Cells {
  visitors: Set<string>;
  visits: Set<RefVisit>;
  events: RefEvent[];
}

function newCells(): Cells {
  return { visitors: new Set(), visits: new Set(), events: [] };
}

function addEvent(cells: Cells, visit: RefVisit, event: RefEvent): void {
  cells.visitors.add(visit.visitor);
  cells.events.push(event);
}

function figure({ visitors, visits, events }: Cells, metric: Metric): number | null {
  const views = (visit: RefVisit) => visit.events.filter(({ hit }) => hit.kind === 'pageview').length;
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const mean = (values: number[]) => (values.length === 0 ? null : sum(values) / values.length);
  const all = [...visits];
  switch (metric) {
    case 'visitors':
      return visitors.size;
    case 'visits':
      return visits.size;
    case 'pageviews':
      return events.filter(({ hit }) => hit.kind === 'pageview').length;
    case 'events':
      return events.length;
    case 'bounce_rate':
      return mean(
        all.map((visit) =>
          views(visit) <= 1 && !visit.events.some(({ hit }) => hit.kind === 'event' && hit.interactive)
            ? 1
            : 0,
        ),
      );
    case 'visit_duration':
      return mean(all.map((visit) => visit.last - (visit.events[0]?.hit.at ?? 0)));
    case 'views_per_visit':
      return mean(all.map(views));
    case 'time_on_page':
      return mean(events.map(({ engaged }) => engaged).filter((engaged) => engaged > 0));
    case 'scroll_depth':
      return mean(events.map(({ scroll }) => scroll).filter((scroll) => scroll > 0));
    case 'revenue':
      return sum(events.map(({ hit }) => hit.revenue)) / 1000;
  }
}

function wordOf(
  dimension: string,
  visit: RefVisit,
  { hit }: RefEvent,
  time: number,
  starts: readonly number[],
): string {
  const [first] = visit.events;
  const seen = visit.events.filter((event) => event.hit.kind === 'pageview');
  switch (dimension) {
    case 'time':
      return String(starts.findLast((start) => start <= time) ?? starts[0]);
    case 'page':
      return hit.path;
    case 'host':
      return hit.host;
    case 'goal':
      return hit.name;
    case 'release':
      return hit.release === 0 ? '' : String(hit.release);
    case 'currency':
      return hit.currency;
    case 'entry_page':
      return (seen[0] ?? first)?.hit.path ?? '';
    case 'exit_page':
      return (seen.at(-1) ?? first)?.hit.path ?? '';
    default:
      return dimension.startsWith('prop:')
        ? prop(hit, dimension.slice(5))
        : (first?.hit.visit[dimension as TraitName] ?? '');
  }
}

function prop({ props }: Hit, key: string): string {
  const value: unknown = props === '' ? undefined : JSON.parse(props)[key];
  return value === undefined ? '' : String(value);
}

function isNone(dimension: string, key: string): boolean {
  return (leavesOutEmpty(dimension) && key === '') || (dimension === 'goal' && key === 'pageview');
}

const ofEvents = new Set(['page', 'host', 'release', 'currency']);
const ofDone = (dimension: string) => dimension === 'goal' || dimension.startsWith('prop:');

function passesEvent(event: RefEvent, filter: Filter): boolean {
  if (!ofEvents.has(filter.dimension)) return true;
  const visit = { visitor: '', events: [event], last: 0 };
  return fits(filter, wordOf(filter.dimension, visit, event, 0, []));
}

function passesVisit(visit: RefVisit, filter: Filter): boolean {
  if (ofEvents.has(filter.dimension)) return true;
  const word = (event: RefEvent) => wordOf(filter.dimension, visit, event, 0, []);
  if (!ofDone(filter.dimension)) return visit.events.slice(0, 1).some((event) => fits(filter, word(event)));
  // Never having done it is not the same as having done something else.
  return filter.op.endsWith('not')
    ? visit.events.every((event) => fits(filter, word(event)))
    : visit.events.some((event) => fits(filter, word(event)));
}

function fits({ op, values }: Filter, word: string): boolean {
  const among = values.includes(word);
  const within = values.some((value) => word.toLowerCase().includes(value.toLowerCase()));
  return { is: among, 'is-not': !among, contains: within, 'contains-not': !within }[op];
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
