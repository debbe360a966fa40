/** What a person should hear of the gateway: budgets that run out, providers that fail. Each told once. */

import { dollarText } from '../../../shared/gateway/money.ts';
import type { Notice } from '../../kernel/notice.ts';
import type { Entry } from '../ledger/budget-book.ts';
import type { ProviderWord } from '../routing/fleet-state.ts';

/** Share of a budget from which it is told. */
const warnAt = 0.8;

/** Remembers what was told of which period. */
export function createBudgetNotices(): (entry: Entry, now: number) => Notice | null {
  const told = new Map<number, { from: number; level: number }>();
  return ({ budget, period, settled }, now) => {
    const share = budget.limit === 0 ? 1 : settled / budget.limit;
    // Where not even a small call fits any more it is as good as used up.
    const level = share >= 0.99 ? 2 : share >= warnAt ? 1 : 0;
    const before = told.get(budget.id);
    const reached = before?.from === period.from ? before.level : 0;
    if (level <= reached) return null;
    told.set(budget.id, { from: period.from, level });
    const scope = [budget.app, budget.environment, budget.model].filter((word) => word !== null).join(', ');
    return {
      kind: level === 2 ? 'budget.reached' : 'budget.near',
      subject: `ai-budget:${budget.id}:${period.from}`,
      state: 'news',
      severity: level === 2 ? 'critical' : 'warning',
      app: budget.app,
      environment: budget.environment,
      release: null,
      title: `${Math.floor(share * 100)} % of an AI budget are spent`,
      text:
        `${dollarText(settled)} of ${dollarText(budget.limit)} a ${budget.period}${scope === '' ? '' : ` (${scope})`} are spent. ` +
        'Calls that do not fit are refused; `windlass ai budgets` shows and changes it.',
      at: now,
    };
  };
}

export function providerNotice(provider: string, word: ProviderWord, now: number): Notice {
  const bad = word.kind === 'failing' || word.kind === 'refused';
  return {
    kind: 'provider.failing',
    subject: `ai-provider:${provider}`,
    state: bad ? 'opened' : 'resolved',
    severity: word.kind === 'refused' ? 'critical' : bad ? 'warning' : 'info',
    app: null,
    environment: null,
    release: null,
    title: bad
      ? `the AI provider ${provider} ${word.kind === 'refused' ? 'refuses its key' : 'fails'}`
      : `the AI provider ${provider} works again`,
    text: bad
      ? `${word.message ?? 'It gave no reason.'} \`windlass ai providers test ${provider} MODEL\` asks it again.`
      : 'Its last answer was good.',
    at: now,
  };
}
