/** What the telemetry's main side and its Worker say to each other. Rows go as one string a batch. */

import type { ErrorCode } from '../../shared/errors.ts';
import type { Cell, TelemetryTable } from './telemetry.ts';

/** What is known of a batch's rows besides their text. */
export interface BatchHead {
  table: string;
  /** Rows in it. */
  count: number;
  /** The least and the greatest time of a row; null where one has none. */
  from: number | null;
  to: number | null;
  /** The main side's clock, ms since the epoch. */
  now: number;
}

/**
 * A batch crosses as one string, its head before its rows: that is three times faster than the same rows as objects
 * (0.3 against 1.0 microsecond a row of 16 cells, structured clone), and the rows need not be parsed to be stored.
 */
export function packBatch(head: BatchHead, rows: string): string {
  return `${JSON.stringify(head)}\n${rows}`;
}

/** The reverse of `packBatch`. */
export function unpackBatch(message: string): BatchHead & { text: string } {
  const end = message.indexOf('\n');
  const head: BatchHead = JSON.parse(message.slice(0, end));
  return { ...head, text: message.slice(end + 1) };
}

export type Request =
  | { kind: 'open'; folder: string }
  | { kind: 'define'; table: TelemetryTable }
  | {
      kind: 'query';
      id: number;
      table: string;
      sql: string;
      params: readonly Cell[];
      from: number;
      to: number;
    }
  /** Everything before it is on disk when it is answered. */
  | { kind: 'sync'; id: number }
  | { kind: 'close' };

export type Reply =
  /** Answers a batch; batches are answered in the order they were sent. */
  | { kind: 'stored'; written: number; dropped: number }
  | { kind: 'answer'; id: number; rows: unknown[] }
  | { kind: 'refused'; id: number; code: ErrorCode; message: string; hint: string | undefined }
  | { kind: 'synced'; id: number }
  | { kind: 'note'; level: 'info' | 'warn' | 'error'; message: string; fields: Record<string, unknown> }
  | { kind: 'closed' };
