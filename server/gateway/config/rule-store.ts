/** Aliases, budgets, own prices and settings. */

import { WindlassError } from '../../../shared/errors.ts';
import type { AiAlias } from '../../../shared/gateway/contract.ts';
import type { PriceFile } from '../../../shared/gateway/price-file.ts';
import type { Store } from '../../kernel/store.ts';
import type { Budget } from '../ledger/budget-book.ts';
import type { OwnPrice } from './snapshot.ts';

const most = 1000;

export interface RuleStore {
  aliases(): AiAlias[];
  setAlias(alias: AiAlias): void;
  /** Throws `not-found`. */
  removeAlias(name: string): void;
  prices(): OwnPrice[];
  setPrice(price: OwnPrice): void;
  removePrice(model: string): void;
  priceFile(): PriceFile | null;
  /** Null takes the bundled table alone again. */
  setPriceFile(file: PriceFile | null): void;
  budgets(): Budget[];
  addBudget(budget: Omit<Budget, 'id'>): Budget;
  /** Throws `not-found`. */
  removeBudget(id: number): void;
  setting(name: 'port' | 'public'): string | null;
  set(name: 'port' | 'public', value: string): void;
}

type BudgetRow = Omit<Budget, 'limit'> & { amount: number };

export function createRuleStore({ db }: Store): RuleStore {
  const setting = (name: string): string | null =>
    db.query<{ value: string }, [string]>('SELECT value FROM ai_settings WHERE name = ?').get(name)?.value ??
    null;
  const set = (name: string, value: string) => {
    db.query('INSERT OR REPLACE INTO ai_settings (name, value) VALUES (?, ?)').run(name, value);
  };
  const values = <T>(table: 'ai_aliases' | 'ai_prices', order: string): T[] =>
    db
      .query<{ value: string }, []>(`SELECT value FROM ${table} ORDER BY ${order}`)
      .all()
      .map(({ value }) => JSON.parse(value) as T);
  const bound = (table: 'ai_aliases' | 'ai_prices' | 'ai_budgets') => {
    const count = db.query<{ count: number }, []>(`SELECT count(*) AS count FROM ${table}`).get()?.count ?? 0;
    if (count >= most) throw new WindlassError('limit', `there are ${most} of them already`);
  };
  return {
    aliases: () => values('ai_aliases', 'name'),
    setAlias(alias) {
      bound('ai_aliases');
      db.query('INSERT OR REPLACE INTO ai_aliases (name, value) VALUES (?, ?)').run(
        alias.name,
        JSON.stringify(alias),
      );
    },
    removeAlias(name) {
      const { changes } = db.query('DELETE FROM ai_aliases WHERE name = ?').run(name);
      if (changes === 0) throw new WindlassError('not-found', `there is no alias ${name}`);
    },
    prices: () => values('ai_prices', 'model'),
    setPrice(price) {
      bound('ai_prices');
      db.query('INSERT OR REPLACE INTO ai_prices (model, value) VALUES (?, ?)').run(
        price.model,
        JSON.stringify(price),
      );
    },
    removePrice(model) {
      db.query('DELETE FROM ai_prices WHERE model = ?').run(model);
    },
    budgets: () =>
      db
        .query<BudgetRow, []>('SELECT * FROM ai_budgets ORDER BY id')
        .all()
        .map(({ amount, ...row }) => ({ ...row, limit: amount })),
    addBudget(budget) {
      bound('ai_budgets');
      const { lastInsertRowid } = db
        .query(
          'INSERT INTO ai_budgets (app, environment, key, model, amount, period) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(budget.app, budget.environment, budget.key, budget.model, budget.limit, budget.period);
      return { ...budget, id: Number(lastInsertRowid) };
    },
    removeBudget(id) {
      const { changes } = db.query('DELETE FROM ai_budgets WHERE id = ?').run(id);
      if (changes === 0) throw new WindlassError('not-found', `there is no budget ${id}`);
    },
    priceFile() {
      const text = setting('prices');
      return text === null ? null : (JSON.parse(text) as PriceFile);
    },
    setPriceFile(file) {
      if (file === null) db.query('DELETE FROM ai_settings WHERE name = ?').run('prices');
      else set('prices', JSON.stringify(file));
    },
    setting,
    set,
  };
}
