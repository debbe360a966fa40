/** Rules in control.db. */

import { WindlassError } from '../../shared/errors.ts';
import { type Rule, rule } from '../../shared/notify/rule.ts';
import type { Store } from '../kernel/store.ts';
import { isTimezone } from './quiet-hours.ts';

export interface RuleStore {
  all(): Rule[];
  /** With id 0 a new one. Throws `invalid` for a time zone there is not, `not-found` for an id there is not. */
  set(one: Rule): Rule;
  remove(id: number): void;
}

export function createRuleStore({ db }: Store): RuleStore {
  const select = db.query<{ id: number; rule: string }, []>('SELECT id, rule FROM notify_rules ORDER BY id');
  return {
    all: () => select.all().map((row) => rule.parse({ ...JSON.parse(row.rule), id: row.id })),
    set(one) {
      if (one.quiet !== null && !isTimezone(one.quiet.timezone)) {
        throw new WindlassError('invalid', `there is no time zone "${one.quiet.timezone}"`, {
          hint: 'Use a name like Europe/Berlin or UTC.',
        });
      }
      const text = JSON.stringify(one);
      if (one.id === 0) {
        const row = db
          .query<{ id: number }, [string]>('INSERT INTO notify_rules (rule) VALUES (?) RETURNING id')
          .get(text);
        return { ...one, id: row?.id ?? 0 };
      }
      if (db.query('UPDATE notify_rules SET rule = ? WHERE id = ?').run(text, one.id).changes === 0) {
        throw new WindlassError('not-found', `there is no rule ${one.id}`, {
          hint: 'See `windlass notify rules`.',
        });
      }
      return one;
    },
    remove(id) {
      db.query('DELETE FROM notify_rules WHERE id = ?').run(id);
    },
  };
}
