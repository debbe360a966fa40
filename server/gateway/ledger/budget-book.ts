/**
 * What is enforced: for each budget the settled sum of its period and what open calls reserved. It starts from the sums
 * in the ledger and changes only with what is written there, so the two are always the same.
 */

import type { BudgetPeriod } from '../../../shared/gateway/contract.ts';
import type { Nanodollars } from '../../../shared/gateway/money.ts';
import { matchesGlob } from '../glob.ts';
import { type Period, periodAt } from './periods.ts';

export interface Budget {
  readonly id: number;
  /** Null: any. */
  readonly app: string | null;
  readonly environment: string | null;
  readonly key: number | null;
  /** A model's name with `*` for anything; null: any. */
  readonly model: string | null;
  readonly limit: Nanodollars;
  readonly period: BudgetPeriod;
}

/** What of a call chooses its budgets. */
export interface Scope {
  readonly app: string;
  readonly environment: string;
  readonly key: number;
  /** As it was asked for. */
  readonly model: string;
  /** As providers call it: all that may be asked. */
  readonly candidates: readonly string[];
}

export interface Entry {
  readonly budget: Budget;
  readonly period: Period;
  readonly settled: Nanodollars;
  readonly reserved: Nanodollars;
}

interface Line {
  budget: Budget;
  period: Period;
  settled: Nanodollars;
  reserved: Nanodollars;
}

/** The sum of the ledger for a budget, from its start on. */
export type SumOf = (budget: Budget, period: Period) => Nanodollars;

export function applies(budget: Budget, scope: Scope): boolean {
  return (
    (budget.app === null || budget.app === scope.app) &&
    (budget.environment === null || budget.environment === scope.environment) &&
    (budget.key === null || budget.key === scope.key) &&
    (ofModel(budget, scope.model) || scope.candidates.some((served) => ofModel(budget, served)))
  );
}

function ofModel(budget: Budget, name: string): boolean {
  return budget.model === null || matchesGlob(budget.model, name);
}

/** What a call holds of budgets until it is settled. A call belongs to the period it began in. */
export interface Hold {
  readonly scope: Scope;
  readonly lines: readonly object[];
  readonly amount: Nanodollars;
}

export class BudgetBook {
  #lines: Line[] = [];
  readonly #sumOf: SumOf;

  constructor(sumOf: SumOf) {
    this.#sumOf = sumOf;
  }

  /** `open` are the calls under way, with what they reserved; they are held by the new lines too. */
  set(
    budgets: readonly Budget[],
    now: number,
    open: Iterable<{ scope: Scope; at: number; hold: Hold }>,
  ): Map<Hold, Hold> {
    this.#lines = budgets.map((budget) => this.#line(budget, now));
    const moved = new Map<Hold, Hold>();
    for (const { scope, at, hold } of open) moved.set(hold, this.#take(scope, at, hold.amount));
    return moved;
  }

  /** The first budget that has no room for `amount` more; null where all have. */
  refusal(scope: Scope, amount: Nanodollars, now: number): Entry | null {
    for (let at = 0; at < this.#lines.length; at++) {
      const line = this.#current(at, now);
      if (line === null || !applies(line.budget, scope)) continue;
      if (line.settled + line.reserved + amount > line.budget.limit) return line;
    }
    return null;
  }

  hold(scope: Scope, amount: Nanodollars, now: number): Hold {
    return this.#take(scope, now, amount);
  }

  /** The call is over: the model `served` it for `cost`. Returns the budgets it counted for. */
  settle(hold: Hold, cost: Nanodollars, served: string): readonly Entry[] {
    if (hold.lines.length === 0) return [];
    return (hold.lines as readonly Line[]).filter((line) => {
      line.reserved -= hold.amount;
      // Held for a model that was not asked in the end.
      if (!ofModel(line.budget, hold.scope.model) && !ofModel(line.budget, served)) return false;
      line.settled += cost;
      return true;
    });
  }

  any(scope: Scope): boolean {
    return this.#lines.some((line) => applies(line.budget, scope));
  }

  entries(now: number): readonly Entry[] {
    return this.#lines.map((line, at) => this.#current(at, now) ?? line);
  }

  #take(scope: Scope, at: number, amount: Nanodollars): Hold {
    const lines: Line[] = [];
    for (let index = 0; index < this.#lines.length; index++) {
      const line = this.#current(index, at);
      // A call of a period that is over counts for that one, which nobody asks for any more.
      if (line === null || !applies(line.budget, scope) || at < line.period.from) continue;
      line.reserved += amount;
      lines.push(line);
    }
    return { scope, lines, amount };
  }

  #line(budget: Budget, now: number): Line {
    const period = periodAt(budget.period, now);
    return { budget, period, settled: this.#sumOf(budget, period), reserved: 0 };
  }

  /** A new period is a new line, so that calls of the old one go on counting there. */
  #current(index: number, now: number): Line | null {
    const line = this.#lines[index];
    if (line === undefined || now < line.period.to) return line ?? null;
    const next = this.#line(line.budget, now);
    this.#lines[index] = next;
    return next;
  }
}
