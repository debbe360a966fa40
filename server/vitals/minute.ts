/** From readings ten seconds apart to what a minute was like. Pure. */

import type { Vitals } from '../../shared/vitals/contract.ts';
import type { Reading } from './reading.ts';

export const minuteMs = 60_000;

/** What lies between two readings. Counters that went back (a disk was taken out, say) count as nothing. */
export function between(before: Reading, now: Reading): Vitals {
  const seconds = Math.max(0.001, (now.monotonic - before.monotonic) / 1000);
  const total = now.cpuTotal - before.cpuTotal;
  const busy = total - (now.cpuIdle - before.cpuIdle);
  const cpu = total <= 0 ? 0 : Math.min(1, Math.max(0, busy / total));
  const rate = (from: number | null, to: number | null) =>
    from === null || to === null ? null : Math.max(0, to - from) / seconds;
  return {
    at: before.at,
    cpu,
    cpuPeak: cpu,
    memory: now.memoryTotal - now.memoryAvailable,
    swap: now.swapTotal - now.swapFree,
    disk: now.diskUsed,
    load: now.load,
    received: rate(before.received, now.received),
    sent: rate(before.sent, now.sent),
    read: rate(before.read, now.read),
    written: rate(before.written, now.written),
  };
}

/** The mean of a minute's parts, which are equally long; it begins at the full minute `at`. */
export function minuteOf(at: number, parts: readonly Vitals[]): Vitals {
  const mean = (of: (part: Vitals) => number) =>
    parts.reduce((sum, part) => sum + of(part), 0) / parts.length;
  const known = (of: (part: Vitals) => number | null) =>
    parts.some((part) => of(part) === null) ? null : mean((part) => of(part) ?? 0);
  const cpu = mean((part) => part.cpu);
  return {
    at,
    cpu,
    cpuPeak: cpu,
    memory: mean((part) => part.memory),
    swap: mean((part) => part.swap),
    disk: mean((part) => part.disk),
    load: mean((part) => part.load),
    received: known((part) => part.received),
    sent: known((part) => part.sent),
    read: known((part) => part.read),
    written: known((part) => part.written),
  };
}

/**
 * By how many ms the wall clock went ahead of (or, negative, behind) the one that never jumps, between two readings. A
 * machine that slept shows here, too, for the steady clock of Linux stands still meanwhile.
 */
export function clockJump(before: Reading, now: Reading): number {
  return now.at - before.at - (now.monotonic - before.monotonic);
}
