/**
 * Reserve, then settle. What all calls of one turn of the event loop want written is one transaction, and no request
 * leaves before its reservation is in the file, so that after kill -9 nothing was spent that the ledger does not have.
 */

import { WindlassError } from '../../../shared/errors.ts';
import type { Nanodollars } from '../../../shared/gateway/money.ts';
import { Bag, type Placed } from '../bag.ts';
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

/** What `settle` is told of again. */
export type Reserved = Opened;

class OpenCall implements Opened, Placed {
  place = -1;
  batch: Opened['batch'] = null;
  /** Where it is settled, but perhaps not written yet. */
  end: CallEnd | null = null;
  hold: Hold;
  /** Who waits for the reservation to be written; null once it is. */
  waiter: { resolve(call: Reserved): void; reject(error: unknown): void } | null = null;

  constructor(
    readonly id: number,
    readonly start: CallStart,
    readonly reserved: Nanodollars,
    hold: Hold,
  ) {
    this.hold = hold;
  }
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
  readonly #calls = new Bag<OpenCall>();
  #opening: OpenCall[] = [];
  #settling: (OpenCall & Settled)[] = [];
  #scheduled = false;
  #later: Timer | undefined;
  readonly #atTurn = () => this.#flush(this.#settling.length >= manySettled);

  /** Settles first what a process before left open. */
  constructor(options: LedgerOptions) {
    this.#options = options;
    options.store.settleLost();
    this.#nextId = createIds(options.store.lastId());
    this.#book = new BudgetBook((budget, period) => options.store.sumOf(budget, period));
  }

  setBudgets(budgets: readonly Budget[]): void {
    this.flush();
    const open = [...this.#calls].map((call) => ({
      scope: call.start,
      at: timeOf(call.id),
      hold: call.hold,
    }));
    const moved = this.#book.set(budgets, this.#options.now(), open);
    for (const call of this.#calls) call.hold = moved.get(call.hold) ?? call.hold;
  }

  /** Whether a budget holds for it, so that its worst case must be known. */
  budgeted(start: CallStart): boolean {
    return this.#book.any(start);
  }

  /** Resolves once the reservation is written. Rejects with `BudgetExceeded`, or `unavailable`. */
  reserve(start: CallStart, amount: Nanodollars): Promise<Reserved> {
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
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(this.#atTurn);
    }
    const call = new OpenCall(id, start, amount, hold);
    this.#calls.add(call);
    this.#opening.push(call);
    return new Promise((resolve, reject) => {
      call.waiter = { resolve, reject };
    });
  }

  /** Once for each call; a second time does nothing. */
  settle(reserved: Reserved, end: CallEnd): void {
    const call = reserved as OpenCall & Settled;
    if (call.end !== null) return;
    call.end = end;
    this.#settling.push(call);
    this.#later ??= setTimeout(() => this.flush(), settleMs);
  }

  /** Calls under way. */
  open(): readonly Opened[] {
    return [...this.#calls].filter(({ end }) => end === null);
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
      this.#options.store.commit(opening, settling);
    } catch (error) {
      this.#options.onError(error);
      // What was spent waits to be written; what was not sent yet is not sent.
      if (this.#settling.length > 0) this.#later ??= setTimeout(() => this.flush(), retryMs);
      for (const call of opening) {
        this.#calls.remove(call);
        this.#book.settle(call.hold, 0, '');
        call.waiter?.reject(
          new WindlassError('unavailable', 'the ledger cannot be written', { cause: error }),
        );
      }
      return;
    }
    if (all) this.#settling = [];
    // Only now: room that a crash could take back must not be given to the next call.
    for (const call of settling) {
      this.#calls.remove(call);
      for (const entry of this.#book.settle(call.hold, call.end.cost, call.end.served))
        this.#options.onSpend(entry, call.end.cost);
    }
    for (const call of opening) {
      const { waiter } = call;
      call.waiter = null;
      waiter?.resolve(call);
    }
  }
}
