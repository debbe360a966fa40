/**
 * Reserve, then settle. What all calls of one turn of the event loop want written is one transaction, and no request
 * leaves before its reservation is in the file, so that after kill -9 nothing was spent that the ledger does not have.
 */

import { WindlassError } from '../../../shared/errors.ts';
import type { Nanodollars } from '../../../shared/gateway/money.ts';
import { type Budget, BudgetBook, type Entry, type Hold } from './budget-book.ts';
import { type CallEnd, type CallStart, createIds, timeOf } from './call-row.ts';
import type { LedgerStore, Opened, Settled } from './ledger-store.ts';

export class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded';
  readonly entry: Entry;
  readonly wanted: Nanodollars;

  constructor(entry: Entry, wanted: Nanodollars) {
    super('the budget has no room for this call');
    this.entry = entry;
    this.wanted = wanted;
  }
}

interface OpenCall extends Opened {
  hold: Hold;
  /** Settled, but perhaps not written yet. */
  over: boolean;
}

/**
 * Reservations are written before anything leaves; what calls cost may wait a moment for company. Those that a crash
 * catches in it are settled as lost, for what they reserved.
 */
const settleMs = 5;
const manySettled = 64;
/** After a write that failed: a disk may have room again. */
const retryMs = 1000;

export interface LedgerOptions {
  store: LedgerStore;
  now(): number;
  /** A budget's sum changed. */
  onSpend(entry: Entry, added: Nanodollars): void;
  onError(error: unknown): void;
}

export class Ledger {
  readonly #options: LedgerOptions;
  readonly #book: BudgetBook;
  readonly #nextId: (now: number) => number;
  readonly #calls = new Map<number, OpenCall>();
  #opening: { call: OpenCall; resolve: (id: number) => void; reject: (error: unknown) => void }[] = [];
  #settling: Settled[] = [];
  #scheduled = false;
  #later: Timer | undefined;

  /** Settles first what a process before left open. */
  constructor(options: LedgerOptions) {
    this.#options = options;
    options.store.settleLost();
    this.#nextId = createIds(options.store.lastId());
    this.#book = new BudgetBook((budget, period) => options.store.sumOf(budget, period));
  }

  setBudgets(budgets: readonly Budget[]): void {
    this.flush();
    const open = [...this.#calls.values()].map((call) => ({
      scope: call.start,
      at: timeOf(call.id),
      hold: call.hold,
    }));
    const moved = this.#book.set(budgets, this.#options.now(), open);
    for (const call of this.#calls.values()) call.hold = moved.get(call.hold) ?? call.hold;
  }

  /** Whether a budget holds for it, so that its worst case must be known. */
  budgeted(start: CallStart): boolean {
    return this.#book.any(start);
  }

  /** Resolves with the call's id once the reservation is written. Rejects with `BudgetExceeded`, or `unavailable`. */
  reserve(start: CallStart, amount: Nanodollars): Promise<number> {
    const now = this.#options.now();
    let refusal = this.#book.refusal(start, amount, now);
    if (refusal !== null && this.#settling.length > 0) {
      // What is over but not written yet may make room.
      this.flush();
      refusal = this.#book.refusal(start, amount, now);
    }
    if (refusal !== null) return Promise.reject(new BudgetExceeded(refusal, amount));
    const id = this.#nextId(now);
    const hold = this.#book.hold(start, amount, now);
    const call: OpenCall = { id, start, reserved: amount, hold, over: false };
    this.#calls.set(id, call);
    return new Promise((resolve, reject) => {
      this.#opening.push({ call, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#flush(this.#settling.length >= manySettled));
    });
  }

  /** Once for each id; a second time does nothing. */
  settle(id: number, end: CallEnd): void {
    const call = this.#calls.get(id);
    if (call === undefined || call.over) return;
    call.over = true;
    this.#settling.push({ id, start: call.start, reserved: call.reserved, end });
    this.#later ??= setTimeout(() => this.flush(), settleMs);
  }

  get open(): number {
    return this.#calls.size;
  }

  entries(): readonly Entry[] {
    this.flush();
    return this.#book.entries(this.#options.now());
  }

  /** Writes at once what waits. */
  flush(): void {
    this.#flush(true);
  }

  #flush(all: boolean): void {
    this.#scheduled = false;
    const opening = this.#opening;
    const settling = all ? this.#settling : [];
    if (all) {
      clearTimeout(this.#later);
      this.#later = undefined;
    }
    if (opening.length === 0 && settling.length === 0) return;
    this.#opening = [];
    try {
      this.#options.store.commit(
        opening.map(({ call }) => call),
        settling,
      );
    } catch (error) {
      this.#options.onError(error);
      // What was spent waits to be written; what was not sent yet is not sent.
      if (this.#settling.length > 0) this.#later ??= setTimeout(() => this.flush(), retryMs);
      for (const { call, reject } of opening) {
        this.#calls.delete(call.id);
        this.#book.settle(call.hold, 0, '');
        reject(new WindlassError('unavailable', 'the ledger cannot be written', { cause: error }));
      }
      return;
    }
    if (all) this.#settling = [];
    // Only now: room that a crash could take back must not be given to the next call.
    for (const { id, end } of settling) this.#close(id, end);
    for (const { call, resolve } of opening) resolve(call.id);
  }

  #close(id: number, end: CallEnd): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    for (const entry of this.#book.settle(call.hold, end.cost, end.served))
      this.#options.onSpend(entry, end.cost);
  }
}
