/** A recording that was downloaded, read again from its file. Nothing of it is trusted. Pure. */

import { WindlassError } from '../../../../shared/errors.ts';

export interface Recording {
  events: readonly unknown[];
  /** ms since the epoch. */
  startedAt: number;
  endedAt: number;
}

/** Bytes; an hour of a busy page has a tenth of it. */
export const mostRecording = 256 * 1024 ** 2;

/** Throws `WindlassError('invalid')` for what is no list of rrweb's events, as *Download* and `replays export` write it. */
export function readRecording(text: string): Recording {
  const events = parsed(text);
  if (!Array.isArray(events)) throw notOne('it is no list of events');
  const times = events.flatMap((event: unknown) => timeOf(event) ?? []);
  if (times.length !== events.length) throw notOne('something in it is no event of a page');
  const [first, ...others] = times;
  if (first === undefined || others.length === 0) throw notOne('it has less than two events');
  const [startedAt, endedAt] = others.reduce(
    ([least, most], time) => [Math.min(least, time), Math.max(most, time)],
    [first, first],
  );
  return { events, startedAt, endedAt };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notOne('it is no JSON');
  }
}

/** Null for what is no event; all of rrweb's have a number for their type, and a time in ms. */
function timeOf(event: unknown): number | null {
  if (typeof event !== 'object' || event === null) return null;
  const { type, timestamp } = event as { type?: unknown; timestamp?: unknown };
  return Number.isInteger(type) && typeof timestamp === 'number' && Number.isFinite(timestamp)
    ? timestamp
    : null;
}

function notOne(why: string): WindlassError {
  return new WindlassError('invalid', `this file is no recording: ${why}`, {
    hint: 'Choose one that “Download” on a replay or `windlass replays export` has written.',
  });
}
