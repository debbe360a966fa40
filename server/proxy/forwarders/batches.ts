/** What a forwarder has to say of finished requests: kept until main took what was said before, and then said at once. */

import type { AwayReason } from '../requests/turned-away.ts';
import type { AccessEntry } from '../service.ts';
import { type EntryRow, rowOf } from './entry-row.ts';
import type { FromForwarder } from './messages.ts';

/** Lines kept while main does not take them; more are counted. */
const maxKept = 50_000;
/** Of one batch: some 300 bytes each. */
const maxTogether = 2_000;
/** A line waits for others this long. */
const gatherMs = 50;

export class Batches {
  #entries: EntryRow[] = [];
  #turnedAway = new Map<AwayReason, number>();
  #dropped = 0;
  #underWay = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly say: (batch: FromForwarder) => void) {}

  record(entry: AccessEntry): void {
    if (this.#entries.length >= maxKept) this.#dropped++;
    else this.#entries.push(rowOf(entry));
    this.#soon();
  }

  turnedAway(reason: AwayReason): void {
    this.#turnedAway.set(reason, (this.#turnedAway.get(reason) ?? 0) + 1);
    this.#soon();
  }

  taken(): void {
    this.#underWay = false;
    if (!this.#empty) this.#soon();
  }

  /** Says all there is, whether or not main took what was before. */
  flush(): void {
    while (!this.#empty) this.#say();
  }

  get #empty(): boolean {
    return this.#entries.length === 0 && this.#turnedAway.size === 0 && this.#dropped === 0;
  }

  #soon(): void {
    if (this.#underWay || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#say();
    }, gatherMs);
  }

  #say(): void {
    const entries = this.#entries.splice(0, maxTogether);
    const turnedAway = [...this.#turnedAway];
    const dropped = this.#dropped;
    this.#turnedAway = new Map();
    this.#dropped = 0;
    this.#underWay = true;
    this.say({ kind: 'batch', entries, turnedAway, dropped });
  }
}
