/** `windlass ai budgets`: list, add, remove. */

import { type AiBudget, budgetPeriod } from '../../../shared/gateway/contract.ts';
import { dollarText } from '../../../shared/gateway/money.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { VerbContext } from '../verb.ts';
import { dollars, wholeId } from './flags.ts';

export async function budgets(context: VerbContext, words: readonly string[]): Promise<number> {
  const [action = 'list', which, period = 'month'] = words;
  switch (action) {
    case 'list': {
      const result = await context.control.call('aiBudgets.list', {});
      context.show(result, () => table(context, result.budgets));
      return 0;
    }
    case 'add': {
      const kind = budgetPeriod.safeParse(period);
      if (!kind.success) throw new UsageError('a budget is for an hour, day, week, month or total');
      const { flags } = context;
      const key = flags.text('key');
      const result = await context.control.call('aiBudgets.set', {
        limit: dollars(which, 'a budget'),
        period: kind.data,
        app: flags.text('app') ?? null,
        environment: flags.text('env') ?? null,
        key: key === undefined ? null : wholeId(key, 'windlass ai keys'),
        model: flags.text('models') ?? null,
      });
      context.show(result, () => table(context, [result.budget]));
      return 0;
    }
    case 'remove':
      await context.control.call('aiBudgets.remove', { id: wholeId(which, 'windlass ai budgets') });
      context.show({}, () => ['it does not hold any more']);
      return 0;
    default:
      throw new UsageError(`\`ai budgets\` cannot "${action}"`, 'It can list, add and remove.');
  }
}

function table({ width, style }: VerbContext, list: readonly AiBudget[]): string[] {
  if (list.length === 0) return ['no budgets: `windlass ai budgets add 20 month --app APP` adds the first'];
  const rows = list.map((budget) => [
    String(budget.id),
    `${dollarText(budget.limit)} ${budget.period === 'total' ? 'in all' : `a ${budget.period}`}`,
    [budget.app, budget.environment, budget.key === null ? null : `key ${budget.key}`, budget.model]
      .filter((word) => word !== null)
      .join(', ') || 'everything',
    dollarText(budget.spent),
    dollarText(budget.reserved),
    budget.to === null ? '' : new Date(budget.to).toISOString().slice(0, 16),
  ]);
  const titles = ['id', 'budget', 'of', 'spent', 'reserved', 'until (UTC)'].map((title) => ({ title }));
  return renderTable(titles, rows, width, style.dim);
}
