/** From the hits of one day's salt to its columns: who came, in which visits, what was done in each. Pure. */

import { GrowingColumn } from './growing-column.ts';
import { type Hit, traitNames, type VitalName, vitalNames } from './hit.ts';
import type { Column, ColumnName, DictionaryName, PartitionData } from './partition.ts';

/** A visit is over after this long without anything. */
export const visitIdleMs = 30 * 60_000;

/** Vitals are kept in whole ms, `cls` in ten-thousandths, all plus one: zero is "not measured". */
export const vitalScale = (name: VitalName): number => (name === 'cls' ? 10_000 : 1);

/** A visit while it is put together. */
interface Visit {
  hits: Row[];
  last: number;
  interactive: boolean;
  views: number;
}

interface Row {
  hit: Hit;
  engaged: number;
  scroll: number;
  vitals: (number | undefined)[];
}

/** `hits` in any order; those of a visitor are sorted by time, and by arrival where times are the same. */
export function buildPartition(day: number, hits: readonly Hit[]): PartitionData {
  const builder = new PartitionBuilder(day);
  for (const mine of Map.groupBy(hits, ({ visitor }) => visitor).values()) builder.add(mine);
  return builder.finish();
}

function visitsOf(hits: readonly Hit[]): Visit[] {
  const visits: Visit[] = [];
  for (const hit of hits) {
    let visit = visits.at(-1);
    if (visit === undefined || hit.at - visit.last > visitIdleMs) {
      // Measures of a page that was never seen are of a visit before our time.
      if (hit.kind === 'measures') continue;
      visit = { hits: [], last: hit.at, interactive: false, views: 0 };
      visits.push(visit);
    }
    visit.last = hit.at;
    if (hit.kind === 'measures') measure(visit, hit);
    else add(visit, hit);
  }
  return visits;
}

function add(visit: Visit, hit: Hit): void {
  visit.hits.push({ hit, engaged: 0, scroll: 0, vitals: [] });
  if (hit.kind === 'pageview') visit.views += 1;
  else if (hit.interactive) visit.interactive = true;
}

/** To the last view of that page. */
function measure(visit: Visit, { path, page }: Hit): void {
  const row = visit.hits.findLast(({ hit }) => hit.kind === 'pageview' && hit.path === path);
  if (row === undefined || page === null) return;
  row.engaged += page.engaged;
  row.scroll = Math.max(row.scroll, page.scroll);
  for (const [index, name] of vitalNames.entries())
    row.vitals[index] = page.vitals[name] ?? row.vitals[index];
}

/** Takes one visitor after the other, so that not all hits of a day need to be there at once. */
export class PartitionBuilder {
  readonly #day: number;
  readonly #columns = new Map<ColumnName, GrowingColumn>();
  readonly #words = new Map<DictionaryName, Map<string, number>>();
  #visitors = 0;
  #visits = 0;
  #events = 0;
  #last = 0;

  constructor(day: number) {
    this.#day = day;
  }

  /** All hits of one visitor, in the order they came. */
  add(hits: readonly Hit[]): void {
    const visits = visitsOf(hits.toSorted((a, b) => a.at - b.at));
    if (visits.length === 0) return;
    this.#visitors += 1;
    this.#push('visits', this.#visits);
    for (const visit of visits) this.#visit(visit);
  }

  finish(): PartitionData {
    this.#push('visits', this.#visits);
    this.#push('first', this.#events);
    const columns = new Map<ColumnName, Column>();
    for (const [name, growing] of this.#columns) {
      const column = growing.finish();
      if (column !== null) columns.set(name, column);
    }
    const dictionaries = new Map<DictionaryName, readonly string[]>();
    for (const [name, words] of this.#words) dictionaries.set(name, [...words.keys()]);
    return {
      day: this.#day,
      visitors: this.#visitors,
      visits: this.#visits,
      events: this.#events,
      last: this.#last,
      columns,
      dictionaries,
    };
  }

  #visit({ hits, last, interactive, views }: Visit): void {
    const first = hits[0]?.hit;
    if (first === undefined) return;
    this.#visits += 1;
    this.#push('first', this.#events);
    for (const name of traitNames) this.#push(name, this.#word(name, first.visit[name] ?? ''));
    const seen = hits.filter(({ hit }) => hit.kind === 'pageview');
    this.#push('entry', this.#word('page', (seen[0]?.hit ?? first).path));
    this.#push('exit', this.#word('page', (seen.at(-1)?.hit ?? first).path));
    this.#push('views', views);
    this.#push('events', hits.length);
    this.#push('duration', last - first.at);
    this.#push('bounce', views <= 1 && !interactive ? 1 : 0);
    for (const row of hits) this.#event(row);
  }

  #event({ hit, engaged, scroll, vitals }: Row): void {
    this.#events += 1;
    const at = hit.at - this.#day;
    this.#last = Math.max(this.#last, at);
    this.#push('at', at);
    this.#push('kind', hit.kind === 'pageview' ? 0 : 1);
    this.#push('name', this.#word('name', hit.name));
    this.#push('page', this.#word('page', hit.path));
    this.#push('host', this.#word('host', hit.host));
    this.#push('release', hit.release);
    this.#push('props', this.#word('props', hit.props));
    this.#push('revenue', hit.revenue);
    this.#push('currency', this.#word('currency', hit.currency));
    this.#push('engaged', engaged);
    this.#push('scroll', scroll);
    for (const [index, name] of vitalNames.entries()) {
      const value = vitals[index];
      this.#push(name, value === undefined ? 0 : Math.round(value * vitalScale(name)) + 1);
    }
  }

  #push(name: ColumnName, value: number): void {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = new GrowingColumn();
      this.#columns.set(name, column);
    }
    column.push(value);
  }

  /** The place of a word in its dictionary; the empty word is the first of each. */
  #word(name: DictionaryName, word: string): number {
    let words = this.#words.get(name);
    if (words === undefined) {
      words = new Map([['', 0]]);
      this.#words.set(name, words);
    }
    const known = words.get(word);
    if (known !== undefined) return known;
    words.set(word, words.size);
    return words.size - 1;
  }
}
