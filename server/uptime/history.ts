/** What checks found, kept twice: every result as telemetry, and its rollups, which are the same numbers added up. */

import type { Beat, Span } from '../../shared/uptime/contract.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Telemetry } from '../kernel/telemetry.ts';
import { type Fold, type HistoryStore, openHistory } from './history-store.ts';
import type { Outcome } from './outcome.ts';
import { addTo, beatOf, count, emptyRollup, type Rollup, uptimeOf } from './rollup.ts';

export interface History {
  /** Takes in what a crash left out of the rollups. */
  start(): Promise<void>;
  add(check: number, at: number, outcome: Outcome): void;
  /** Without `times` the percentiles are null, and it takes a tenth of the time. */
  beats(check: number, span: LongSpan, times: boolean): { uptime: number | null; beats: Beat[] };
  /** The last hour by minute, from the raw results. */
  minutes(check: number): Promise<{ uptime: number | null; beats: Beat[] }>;
  results(
    check: number,
    limit: number,
  ): Promise<{ at: number; outcome: string; ms: number | null; detail: string | null }[]>;
  forget(check: number): void;
  stop(): void;
}

export interface HistoryParts {
  clock: Clock;
  log: Log;
  telemetry: Telemetry;
  /** Of the rollups' own file. */
  path: string;
}

/** What rollups are kept for. */
export type LongSpan = Exclude<Span, '1h'>;

const table = 'check_results';
const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const keptRawDays = 30;
const keptRawBytes = 256 * 1024 ** 2;
const keptHours = 100 * dayMs;
const keptDays = 800 * dayMs;
const keptBytes = 192 * 1024 ** 2;
const flushMs = 60_000;
/** Folded in at once: less than a millisecond of the server's thread. */
const slice = 25;

/** How far a span reaches back, in what grain it is kept, and how much of it is one beat. */
const spans: Readonly<Record<LongSpan, { grain: 'hours' | 'days'; step: number; count: number }>> = {
  '24h': { grain: 'hours', step: hourMs, count: 24 },
  '7d': { grain: 'hours', step: 6 * hourMs, count: 28 },
  '30d': { grain: 'days', step: dayMs, count: 30 },
  '90d': { grain: 'days', step: dayMs, count: 90 },
  '1y': { grain: 'days', step: 7 * dayMs, count: 52 },
};

/** Results that are in no rollup yet, two numbers each: when, and how many ms it took (NaN for a bad one). */
type Pending = number[];

export function createHistory({ clock, log, telemetry, path }: HistoryParts): History {
  telemetry.define({
    name: table,
    columns: { at: 'INTEGER', check_id: 'INTEGER', outcome: 'TEXT', ms: 'REAL', detail: 'TEXT' },
    indexes: ['check_id, at'],
    keepDays: keptRawDays,
    keepBytes: keptRawBytes,
  });
  const pending = new Map<number, Pending>();
  let store: HistoryStore | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let prunedAt = Number.NEGATIVE_INFINITY;
  // Opened with the first result: a server without checks has no such file.
  const opened = () => {
    store ??= openHistory(path);
    return store;
  };

  const accumulate = (check: number, at: number, up: boolean, ms: number | null) => {
    const took = up ? (ms ?? 0) : Number.NaN;
    const mine = pending.get(check);
    if (mine === undefined) pending.set(check, [at, took]);
    else mine.push(at, took);
    timer ??= setTimeout(flush, flushMs);
  };

  const foldIn = (checks: readonly number[]) => {
    const folds: Fold[] = [];
    for (const check of checks) {
      const mine = pending.get(check);
      if (mine === undefined) continue;
      folds.push(foldOf(check, mine));
      pending.delete(check);
    }
    if (folds.length > 0) opened().fold(folds);
  };

  const flush = () => {
    timer = null;
    try {
      foldIn([...pending.keys()].slice(0, slice));
      if (pending.size > 0) timer = setTimeout(flush, 1);
      else prune();
    } catch (error) {
      log.error('results could not be added up; they are tried again', { error });
      timer = setTimeout(flush, flushMs);
    }
  };

  const prune = () => {
    const now = clock.now();
    if (clock.monotonic() - prunedAt < dayMs) return;
    prunedAt = clock.monotonic();
    opened().prune({ hoursFrom: now - keptHours, daysFrom: now - keptDays, bytes: keptBytes });
  };

  return {
    async start() {
      const through = (await Bun.file(path).exists()) ? opened().through() : new Map<number, number>();
      if (through.size === 0) return;
      const from = Math.min(...through.values()) + 1;
      const rows = await telemetry.query<{
        at: number;
        check_id: number;
        outcome: string;
        ms: number | null;
      }>(
        table,
        `SELECT at, check_id, outcome, ms FROM ${table} WHERE outcome <> 'unsure' ORDER BY at LIMIT 90000`,
        [],
        { from: Math.max(from, clock.now() - keptRawDays * dayMs), to: clock.now() },
      );
      for (const { at, check_id: check, outcome, ms } of rows) {
        const known = through.get(check);
        if (known !== undefined && at > known) accumulate(check, at, outcome === 'up', ms);
      }
    },
    add(check, at, outcome) {
      if (outcome.kind === 'off') return;
      const ms = outcome.kind === 'unsure' || outcome.ms === null ? null : Math.round(outcome.ms * 100) / 100;
      telemetry.append(table, [
        at,
        check,
        outcome.kind,
        ms,
        outcome.kind === 'up' ? outcome.detail : outcome.why,
      ]);
      if (outcome.kind !== 'unsure') accumulate(check, at, outcome.kind === 'up', ms);
    },
    beats(check, span, times) {
      foldIn([check]);
      const { grain, step, count: amount } = spans[span];
      const last = Math.floor(clock.now() / step) * step;
      const first = last - (amount - 1) * step;
      const slots = Array.from({ length: amount }, emptyRollup);
      const all = emptyRollup();
      const add = (at: number, more: Rollup) => {
        const one = slots[Math.floor((at - first) / step)];
        if (one === undefined) return;
        addTo(one, more);
        all.up += more.up;
        all.down += more.down;
      };
      if (times) for (const { at, rollup } of store?.read(grain, check, first) ?? []) add(at, rollup);
      else {
        for (const { at, ...sums } of store?.counts(grain, check, first, step) ?? []) {
          add(at, { ...emptyRollup(), ...sums });
        }
      }
      return {
        uptime: uptimeOf(all),
        beats: slots.map((one, index) => beatOf(first + index * step, one)),
      };
    },
    async minutes(check) {
      await telemetry.flush();
      const last = Math.floor(clock.now() / minuteMs) * minuteMs;
      const first = last - 59 * minuteMs;
      const rows = await telemetry.query<{ at: number; outcome: string; ms: number | null }>(
        table,
        `SELECT at, outcome, ms FROM ${table} WHERE check_id = ? AND outcome <> 'unsure'`,
        [check],
        { from: first, to: clock.now() },
      );
      const all = emptyRollup();
      const slots = Array.from({ length: 60 }, emptyRollup);
      for (const { at, outcome, ms } of rows) {
        count(all, outcome === 'up', ms);
        count(slots[Math.floor((at - first) / minuteMs)] ?? emptyRollup(), outcome === 'up', ms);
      }
      return {
        uptime: uptimeOf(all),
        beats: slots.map((one, index) => beatOf(first + index * minuteMs, one)),
      };
    },
    async results(check, limit) {
      await telemetry.flush();
      const to = clock.now();
      return telemetry.query(
        table,
        `SELECT at, outcome, ms, detail FROM ${table} WHERE check_id = ? ORDER BY at DESC LIMIT ?`,
        [check, limit],
        { from: to - 2 * dayMs, to },
      );
    },
    forget(check) {
      pending.delete(check);
      store?.forget(check);
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      foldIn([...pending.keys()]);
      store?.close();
      store = null;
    },
  };
}

function foldOf(check: number, results: Pending): Fold {
  const hours = new Map<number, Rollup>();
  const days = new Map<number, Rollup>();
  let through = 0;
  for (let index = 0; index < results.length; index += 2) {
    const at = results[index] ?? 0;
    const ms = results[index + 1] ?? Number.NaN;
    through = Math.max(through, at);
    for (const [map, step] of [
      [hours, hourMs],
      [days, dayMs],
    ] as const) {
      count(slot(map, Math.floor(at / step) * step), !Number.isNaN(ms), ms);
    }
  }
  return { check, through, hours, days };
}

function slot(map: Map<number, Rollup>, at: number): Rollup {
  let one = map.get(at);
  if (one === undefined) {
    one = emptyRollup();
    map.set(at, one);
  }
  return one;
}
