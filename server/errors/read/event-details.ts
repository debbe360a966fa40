/** Events of an issue, one of them whole, and the files that came with it. */

import type { Desk } from '../desk.ts';
import { type EventRow, eventsOfIssue, findEvent, readPayload } from '../store/event-store.ts';
import { noSuchEvent } from './no-such.ts';

export interface EventHead {
  id: string;
  issue: number;
  at: number;
  level: string;
  value: string;
  release: string | null;
  environment: string | null;
  url: string | null;
  trace: string | null;
  replay: string | null;
}

export interface EventDetails {
  head: EventHead & { project: number };
  payload: string;
  attachments: { id: number; name: string; type: string; kind: string; size: number }[];
  newer: string | null;
  older: string | null;
}

export function headOf(row: EventRow): EventHead {
  const { event: id, issue, at, level, value, release, environment, url, trace, replay } = row;
  return { id, issue, at, level, value, release, environment, url, trace, replay };
}

export function eventHeads(
  { files }: Desk,
  issue: number,
  before: number,
  limit: number,
): { events: EventHead[] } {
  return { events: eventsOfIssue(files, issue, before, limit).map(headOf) };
}

export function eventDetails({ files }: Desk, id: string): EventDetails {
  const found = findEvent(files, id);
  if (found === null) throw noSuchEvent(id);
  const { row, file } = found;
  const neighbour = (sql: string) => {
    for (const { db } of files.all()) {
      const next = db.query<{ event: string }, [number, number]>(sql).get(row.issue, row.at);
      if (next !== null) return next.event;
    }
    return null;
  };
  return {
    head: { ...headOf(row), project: row.project },
    payload: readPayload(file, row),
    attachments: file.db
      .query<EventDetails['attachments'][number], [string]>(
        'SELECT id, name, type, kind, size FROM attachments WHERE event = ? LIMIT 50',
      )
      .all(id),
    newer: neighbour('SELECT event FROM events WHERE issue = ? AND at > ? ORDER BY at LIMIT 1'),
    older: neighbour('SELECT event FROM events WHERE issue = ? AND at < ? ORDER BY at DESC LIMIT 1'),
  };
}

export function readAttachment(
  { files }: Desk,
  event: string,
  id: number,
): { name: string; type: string; base64: string } {
  for (const { db } of files.all()) {
    const row = db
      .query<{ name: string; type: string; bytes: Uint8Array }, [number, string]>(
        'SELECT name, type, bytes FROM attachments WHERE id = ? AND event = ?',
      )
      .get(id, event);
    if (row !== null) {
      const { name, type, bytes } = row;
      return { name, type, base64: Buffer.from(Bun.zstdDecompressSync(bytes)).toString('base64') };
    }
  }
  throw noSuchEvent(event);
}
