/** Takes replays in, within what one of them and all of them may take, and gives them out. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';
import type { Replay } from '../../shared/replay/contract.ts';
import { readRecording, readReplayEvent } from './read-items.ts';
import { openReplayStore, type ReplayFilter } from './replay-store.ts';
import { createSegments } from './segments.ts';

/** An item of an envelope. */
export interface ReplayItem {
  readonly type: 'replay_event' | 'replay_recording';
  readonly payload: Uint8Array;
}

/** Whose pages it is of, as the server knows it. */
export interface ReplayOrigin {
  readonly app: string;
  readonly environment: string;
  readonly release: string | null;
  /** ms. */
  readonly now: number;
  /** Where what is sent does not say it. */
  readonly browser?: string | null;
}

export interface ReplayRoom {
  /** Resolves when everything is on disk. What is no replay, or beyond its bounds, is left out. */
  take(from: ReplayOrigin, items: readonly ReplayItem[]): Promise<void>;
  list(filter: ReplayFilter): Replay[];
  get(id: string): Promise<Replay & { numbers: number[] }>;
  segment(id: string, segment: number): Promise<string>;
  /** From the disk, too. */
  remove(id: string): Promise<void>;
  /** All of an app, from the disk too. */
  removeApp(app: string): Promise<void>;
  tidy(now: number): Promise<void>;
  close(): void;
}

export interface ReplayBounds {
  /** Of one segment as it came, of a replay, of all of them. */
  segmentBytes: number;
  replayBytes: number;
  keepBytes: number;
  /** Of one replay. */
  mostSegments: number;
  mostMs: number;
  keepDays: number;
}

const dayMs = 86_400_000;

export function openReplayRoom(folder: string, bounds: ReplayBounds): ReplayRoom {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = openReplayStore(join(folder, 'replays.db'));
  const segments = createSegments(folder);
  /** One after the other for each replay: two of the same segment are one. */
  const busy = new Map<string, Promise<void>>();

  const takeOne: ReplayRoom['take'] = async (from, items) => {
    const about = items.find(({ type }) => type === 'replay_event');
    const part = items.find(({ type }) => type === 'replay_recording');
    const event = about === undefined ? null : readReplayEvent(about.payload, from.now);
    if (event === null) return;
    const recording = part === undefined ? null : readRecording(part.payload);
    const known = store.get(event.id);
    const bytes = recording?.bytes.length ?? 0;
    const over =
      bytes > bounds.segmentBytes ||
      (known?.bytes ?? 0) + bytes > bounds.replayBytes ||
      (known?.segments ?? 0) >= bounds.mostSegments ||
      (known !== null && (known.app !== from.app || event.endedAt - known.startedAt > bounds.mostMs));
    if (over) return;
    const added =
      recording === null || bytes === 0
        ? 0
        : await segments.put(event.id, recording.segment, recording.bytes);
    store.note(from, event, added, added > 0);
  };

  const missing = (id: string) =>
    new WindlassError('not-found', `there is no replay ${id}`, { hint: 'See `windlass replays`.' });

  const remove = async (id: string) => {
    store.remove(id);
    await segments.remove(id);
  };

  return {
    async take(from, items) {
      const about = items.find(({ type }) => type === 'replay_event');
      const id = about === undefined ? null : (readReplayEvent(about.payload, from.now)?.id ?? null);
      if (id === null) return;
      const turn = (busy.get(id) ?? Promise.resolve()).then(() => takeOne(from, items));
      const settled = turn.catch(() => undefined);
      busy.set(id, settled);
      try {
        await turn;
      } finally {
        if (busy.get(id) === settled) busy.delete(id);
      }
    },
    list: (filter) => store.list(filter),
    async get(id) {
      const found = store.get(id);
      if (found === null) throw missing(id);
      return { ...found, numbers: await segments.numbers(id) };
    },
    segment(id, segment) {
      if (store.get(id) === null) throw missing(id);
      return segments.read(id, segment);
    },
    async remove(id) {
      if (store.get(id) === null) throw missing(id);
      await remove(id);
    },
    async removeApp(app) {
      for (const id of store.idsOf(app)) {
        // What is just being taken in would come back.
        await busy.get(id);
        await remove(id);
      }
    },
    async tidy(now) {
      for (const id of store.surplus(now - bounds.keepDays * dayMs, bounds.keepBytes)) await remove(id);
    },
    close: () => store.close(),
  };
}
