/** Who was here within the last half hour, so that a visit goes on across midnight, and who sends more than a person does. */

import { visitIdleMs } from '../../shared/analytics/build-partition.ts';

export interface Seen {
  last: number;
  /** The minute `count` is of. */
  minute: number;
  count: number;
}

/** Hits of one visitor in one minute. A person who clicks every half second stays below it. */
const mostAMinute = 120;
/** Of each half hour; those beyond are remembered by nothing and counted all the same. */
const mostRemembered = 200_000;

export class Returning {
  #recent = new Map<string, Seen>();
  #older = new Map<string, Seen>();
  #turnedAt = 0;

  /** Whether the visitor did something within the time after which a visit is over. */
  isHere(visitor: string, now: number): boolean {
    const seen = this.#recent.get(visitor) ?? this.#older.get(visitor);
    return seen !== undefined && now - seen.last <= visitIdleMs;
  }

  /** Notes a hit. False where it is one of a flood, and not to be counted. */
  note(visitor: string, now: number): boolean {
    this.#turn(now);
    const seen = this.#recent.get(visitor) ?? this.#older.get(visitor);
    const minute = Math.floor(now / 60_000);
    if (seen === undefined) {
      if (this.#recent.size < mostRemembered) this.#recent.set(visitor, { last: now, minute, count: 1 });
      return true;
    }
    seen.count = seen.minute === minute ? seen.count + 1 : 1;
    seen.minute = minute;
    if (seen.count > mostAMinute) return false;
    seen.last = now;
    if (!this.#recent.has(visitor)) this.#recent.set(visitor, seen);
    return true;
  }

  /** What is older than a visit can idle is forgotten, half an hour of it at a time. */
  #turn(now: number): void {
    if (now - this.#turnedAt < visitIdleMs) return;
    this.#older = now - this.#turnedAt < 2 * visitIdleMs ? this.#recent : new Map();
    this.#recent = new Map();
    this.#turnedAt = now;
  }
}
