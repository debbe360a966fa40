/** Reads logs: the newest lines that match, in their order, then live ones, in bounded memory. */

import type { LogLine } from '../../../shared/deployer/model.ts';
import type { Position } from './journal.ts';
import { createMatcher, type Matcher } from './matcher.ts';
import { type LogPlace, placesOf } from './places.ts';
import type { LogQuery } from './query.ts';
import { parseRow, type Row, rowsOf } from './row.ts';
import { listSegments, readSegment, type Segment } from './segments.ts';

export interface ReaderParts {
  root: string;
  /** This program's own file, for searches that need a process. */
  self: string;
  /** How far the log is written, where it is open for writing; null where all of it lies on disk. */
  position(place: LogPlace): Position | null;
  /** Resolves at the next line written to this environment, or when `signal` aborts. */
  nextWrite(app: string, environment: string, signal: AbortSignal): Promise<void>;
}

/** A line that matched: where it lies, so that lines themselves need not be kept while searching. */
interface Hit {
  at: number;
  source: Source;
  offset: number;
}
/** One segment as it was when the reading began. */
interface Source {
  place: LogPlace;
  segment: Segment;
  /** Bytes that existed then. */
  until: number;
}

/** Segments held while lines are fetched; releases that ran side by side are read in turns. */
const heldSegments = 4;

/**
 * Lines in the order they were written; ends after history, or with `follow` when `signal` aborts. Whatever is written
 * after the call comes exactly once. Throws `WindlassError`: `invalid` for a bad expression, `limit` for a slow one.
 */
export async function* readLogs(
  parts: ReaderParts,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const matcher = query.grep === undefined ? null : createMatcher(query.grep, parts.self);
  try {
    const sources = sourcesOf(parts, query);
    const seen = new Map<string, Position>();
    for (const { place, segment, until } of sources) {
      const known = seen.get(keyOf(place));
      if (known === undefined || known.segment < segment.number) {
        seen.set(keyOf(place), { segment: segment.number, bytes: until });
      }
    }
    const hits = await newestHits(sources, query, matcher, signal);
    const held = new Map<Source, Uint8Array | null>();
    for (const hit of hits) {
      if (signal.aborted) return;
      const line = fetchLine(hit, held);
      if (line !== null) yield line;
    }
    held.clear();
    if (query.follow) yield* follow(parts, query, matcher, seen, signal);
  } finally {
    matcher?.close();
  }
}

/** Every segment of every log asked about, cut at what is written now. Synchronous: nothing can slip in between. */
function sourcesOf(parts: ReaderParts, query: LogQuery): Source[] {
  return placesOf(parts.root, query).flatMap((place) => {
    const position = parts.position(place);
    return listSegments(place.folder, place.stem).map((segment) => ({
      place,
      segment,
      until: position?.segment === segment.number ? position.bytes : Number.POSITIVE_INFINITY,
    }));
  });
}

/** Searches from the newest segment back until no older one can hold a line that belongs to the newest `tail`. */
async function newestHits(
  sources: readonly Source[],
  query: LogQuery,
  matcher: Matcher | null,
  signal: AbortSignal,
): Promise<Hit[]> {
  let hits: Hit[] = [];
  if (query.tail === 0) return hits;
  const newestFirst = sources.toSorted(
    (a, b) => b.segment.writtenAt - a.segment.writtenAt || b.segment.number - a.segment.number,
  );
  for (const source of newestFirst) {
    const { writtenAt } = source.segment;
    // file times are a little coarser than the lines' own
    const newest = writtenAt + 10;
    if (query.since !== undefined && newest < query.since) break;
    const oldestKept = hits.length >= query.tail ? hits[0]?.at : undefined;
    if (oldestKept !== undefined && newest < oldestKept) break;
    const bytes = readSegment({ ...source.place, number: source.segment.number });
    if (bytes === null) continue;
    const found = await matching(bytes.subarray(0, source.until), query, matcher);
    hits = [...found.map(({ row, offset }) => ({ at: row.at, source, offset })), ...hits]
      .sort(inOrder)
      .slice(-query.tail);
    // a long search lets others work between two segments
    await Bun.sleep(0);
    if (signal.aborted) return [];
  }
  return hits;
}

/** Time first; within a segment as written. */
function inOrder(a: Hit, b: Hit): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.source.place.release !== b.source.place.release) {
    return (a.source.place.release ?? 0) - (b.source.place.release ?? 0);
  }
  return a.source.segment.number - b.source.segment.number || a.offset - b.offset;
}

async function matching(
  bytes: Uint8Array,
  query: LogQuery,
  matcher: Matcher | null,
): Promise<{ row: Row; offset: number }[]> {
  const rows: { row: Row; offset: number }[] = [];
  for (const { row, offset } of rowsOf(bytes)) {
    if (row === null || !('at' in row)) continue;
    if (query.since !== undefined && row.at < query.since) continue;
    if (query.origin !== undefined && row.origin !== query.origin) continue;
    rows.push({ row, offset });
  }
  if (matcher === null) return rows;
  const answers = await matcher.match(rows.map(({ row }) => row.text));
  return rows.filter((_, index) => answers[index]);
}

function fetchLine({ source, offset }: Hit, held: Map<Source, Uint8Array | null>): LogLine | null {
  let bytes = held.get(source);
  if (bytes === undefined) {
    const oldest = held.size >= heldSegments ? held.keys().next().value : undefined;
    if (oldest !== undefined) held.delete(oldest);
    bytes = readSegment({ ...source.place, number: source.segment.number });
    held.set(source, bytes);
  }
  // deleted meanwhile for the sake of the budget
  if (bytes === null) return null;
  const row = parseRow(new TextDecoder().decode(bytes.subarray(offset, bytes.indexOf(10, offset))));
  return row !== null && 'at' in row ? lineOf(row, source.place) : null;
}

/** Goes on from `seen` in every log of the query, also in logs that begin later. */
async function* follow(
  parts: ReaderParts,
  query: LogQuery,
  matcher: Matcher | null,
  seen: Map<string, Position>,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  while (!signal.aborted) {
    // Asked before looking: a line written while this looks wakes it again.
    const written = parts.nextWrite(query.app, query.environment, signal);
    for (const place of placesOf(parts.root, query)) {
      const position = parts.position(place);
      let from = seen.get(keyOf(place)) ?? { segment: 1, bytes: 0 };
      const last = position?.segment ?? listSegments(place.folder, place.stem).at(-1)?.number ?? 0;
      if (position?.segment === from.segment && position.bytes === from.bytes) continue;
      for (; from.segment <= last; from = { segment: from.segment + 1, bytes: 0 }) {
        const rest = readSegment({ ...place, number: from.segment }, from.bytes) ?? new Uint8Array();
        const end = position?.segment === from.segment ? position.bytes : from.bytes + rest.length;
        const found = await matching(rest.subarray(0, end - from.bytes), query, matcher);
        for (const { row } of found) {
          if (signal.aborted) return;
          yield lineOf(row, place);
        }
        seen.set(keyOf(place), { segment: from.segment, bytes: end });
      }
    }
    await written;
  }
}

function lineOf({ at, origin, text }: Row, { release }: LogPlace): LogLine {
  return { at, release, origin, text };
}

function keyOf({ folder, stem }: LogPlace): string {
  return `${folder}/${stem}`;
}
