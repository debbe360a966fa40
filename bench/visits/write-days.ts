/** Days of made-up visits, written as the server writes them once a day is over. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writePartition } from '../../server/analytics/partition-file.ts';
import { dayFile, dayMs, dayStart } from '../../server/analytics/site-folder.ts';
import { PartitionBuilder } from '../../shared/analytics/build-partition.ts';
import { crowd } from '../../shared/analytics/generate-hits.ts';
import type { Hit } from '../../shared/analytics/hit.ts';

export interface WrittenDays {
  events: number;
  bytes: number;
  /** Of the first day and after the last, ms since the epoch. */
  from: number;
  to: number;
}

const days = 30;
/** What the generator makes of a visitor on average. */
const eventsAVisitor = 3.8;

/** `wanted` events over thirty days up to yesterday, for the production of `app`. */
export function writeDays(data: string, app: string, wanted: number): WrittenDays {
  const folder = join(data, 'analytics', `${app}.production`);
  mkdirSync(folder, { recursive: true });
  const to = dayStart(Date.now());
  const found: WrittenDays = { events: 0, bytes: 0, from: to - days * dayMs, to };
  for (let index = 0; index < days; index++) {
    const day = found.from + index * dayMs;
    const builder = new PartitionBuilder(day);
    for (const hits of byVisitor(hitsOfDay(day, index, wanted))) builder.add(hits);
    const partition = builder.finish();
    const path = dayFile(folder, day, 'db');
    writePartition(path, partition, 0);
    found.events += partition.events;
    found.bytes += Bun.file(path).size;
  }
  return found;
}

/** What `writeDays` makes of one day. */
export function hitsOfDay(day: number, index: number, wanted: number): Generator<Hit> {
  const visitors = Math.ceil(wanted / days / eventsAVisitor);
  return crowd({ seed: index + 1, day, visitors, pages: 2000 });
}

function* byVisitor(hits: Iterable<Hit>): Generator<Hit[]> {
  let mine: Hit[] = [];
  for (const hit of hits) {
    if (mine[0] !== undefined && mine[0].visitor !== hit.visitor) {
      yield mine;
      mine = [];
    }
    mine.push(hit);
  }
  if (mine.length > 0) yield mine;
}
