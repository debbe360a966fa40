/** Entry of the Worker with the local copy: opens days with sql.js and answers from them with the server's own code. */

import initSqlJs, { type Database, type SqlJsStatic } from 'sql.js';
import { answerQuestion, type OpenPartitions } from '../../../../shared/analytics/answer-question.ts';
import { answerFunnel } from '../../../../shared/analytics/funnel.ts';
import { answerJourneys } from '../../../../shared/analytics/journeys.ts';
import type { Partition } from '../../../../shared/analytics/partition.ts';
import { readPartition } from '../../../../shared/analytics/partition-tables.ts';
import type { Range } from '../../../../shared/analytics/query.ts';
import { answerRetention } from '../../../../shared/analytics/retention.ts';
import { answerVitals } from '../../../../shared/analytics/vitals.ts';
import { toPublicError, unreachable, WindlassError } from '../../../../shared/errors.ts';
import type { AskedOfCopy, CopiedDay, FromCopyWorker, ToCopyWorker } from './copy-protocol.ts';

interface OpenDay {
  readonly version: string;
  readonly bytes: number;
  readonly db: Database;
  readonly partition: Partition;
}

/** Of days that are kept open; those asked for longest ago go first. */
const mostBytes = 256 << 20;
const dayMs = 86_400_000;

const sql: Promise<SqlJsStatic> = initSqlJs({ locateFile: () => '/sql.wasm' });
const open = new Map<number, OpenDay>();
const needed = new Map<string, (bytes: Uint8Array | null) => void>();
/** One question after the other: they share the open days. */
let last: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<ToCopyWorker>) => {
  if (data.kind === 'day') {
    needed.get(`${data.id} ${data.day}`)?.(data.bytes);
    needed.delete(`${data.id} ${data.day}`);
    return;
  }
  last = last.then(() => answer(data.id, data.days, data.asked));
};

async function answer(id: number, days: readonly CopiedDay[], asked: AskedOfCopy): Promise<void> {
  try {
    const partitions: Partition[] = [];
    for (const day of days) {
      if (rangesOf(asked).some((range) => day.day < range.to && day.day + 2 * dayMs > range.from)) {
        partitions.push(await openDay(id, day));
      }
    }
    const within: OpenPartitions = ({ from, to }) =>
      partitions.filter(({ day, last }) => day < to && day + last >= from);
    tell({ kind: 'answer', id, answer: answerTo(within, asked) });
  } catch (error) {
    tell({ kind: 'failed', id, error: toPublicError(error) });
  } finally {
    makeRoom();
  }
}

function answerTo(partitions: OpenPartitions, asked: AskedOfCopy): unknown {
  switch (asked.kind) {
    case 'figures':
      return answerQuestion(partitions, asked.question);
    case 'funnel':
      return answerFunnel(partitions, asked.question);
    case 'journeys':
      return answerJourneys(partitions, asked.question);
    case 'retention':
      return answerRetention(partitions, asked.question);
    case 'vitals':
      return answerVitals(partitions, asked.question);
    default:
      return unreachable(asked);
  }
}

function rangesOf(asked: AskedOfCopy): Range[] {
  const { range } = asked.question;
  return asked.kind === 'figures' && asked.question.compare ? [range, asked.question.compare] : [range];
}

async function openDay(id: number, { day, version }: CopiedDay): Promise<Partition> {
  const known = open.get(day);
  open.delete(day);
  if (known?.version === version) {
    open.set(day, known);
    return known.partition;
  }
  known?.db.close();
  const bytes = await new Promise<Uint8Array | null>((resolve) => {
    needed.set(`${id} ${day}`, resolve);
    tell({ kind: 'need', id, day });
  });
  if (bytes === null) {
    throw new WindlassError('failed', 'a day of the copy on this computer cannot be read', {
      hint: 'It is fetched again once the server can be reached.',
    });
  }
  const { Database } = await sql;
  const db = new Database(bytes);
  const partition = readPartition((text, param) => {
    const statement = db.prepare(text, [param]);
    try {
      return statement.step() ? statement.get() : null;
    } finally {
      statement.free();
    }
  });
  open.set(day, { version, bytes: bytes.length, db, partition });
  return partition;
}

/** Between questions: one that is being answered reads all of its days. */
function makeRoom(): void {
  let sum = 0;
  for (const { bytes } of open.values()) sum += bytes;
  for (const [day, { bytes, db }] of open) {
    if (sum <= mostBytes) return;
    db.close();
    open.delete(day);
    sum -= bytes;
  }
}

function tell(message: FromCopyWorker): void {
  self.postMessage(message);
}
