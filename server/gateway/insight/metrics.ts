/** The gateway as OpenMetrics 1.0 text: what calls used since the first of them, and how budgets and providers stand now. */

import type { AiBudget, UsageRow } from '../../../shared/gateway/contract.ts';
import type { ProviderWord } from '../routing/fleet-state.ts';

export interface MetricsSource {
  /** By app, model and provider. */
  readonly rows: readonly UsageRow[];
  readonly budgets: readonly AiBudget[];
  readonly words: Readonly<Record<string, ProviderWord>>;
}

interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

const counters: readonly { name: string; help: string; unit?: string; value(row: UsageRow): number }[] = [
  { name: 'windlass_ai_calls', help: 'Calls.', value: (row) => row.calls },
  { name: 'windlass_ai_failed_calls', help: 'Calls that failed.', value: (row) => row.failed },
  { name: 'windlass_ai_cancelled_calls', help: 'Calls the client gave up.', value: (row) => row.cancelled },
  { name: 'windlass_ai_retries', help: 'Further attempts.', value: (row) => row.retries },
  { name: 'windlass_ai_cached_calls', help: 'Calls answered from the cache.', value: (row) => row.cached },
  {
    name: 'windlass_ai_estimated_calls',
    help: 'Calls whose tokens were estimated.',
    value: (row) => row.estimated,
  },
  {
    name: 'windlass_ai_unpriced_calls',
    help: 'Calls of models without a price.',
    value: (row) => row.unpriced,
  },
  {
    name: 'windlass_ai_input_tokens',
    help: 'Tokens of requests, those of caches included.',
    value: (row) => row.input + row.cacheRead + row.cacheWrite,
  },
  {
    name: 'windlass_ai_cache_read_tokens',
    help: 'Of them, read from a cache of the provider.',
    value: (row) => row.cacheRead,
  },
  {
    name: 'windlass_ai_cache_write_tokens',
    help: 'Of them, written to a cache of the provider.',
    value: (row) => row.cacheWrite,
  },
  { name: 'windlass_ai_output_tokens', help: 'Tokens of answers.', value: (row) => row.output },
  {
    name: 'windlass_ai_reasoning_tokens',
    help: 'Of them, spent on reasoning.',
    value: (row) => row.reasoning,
  },
  {
    name: 'windlass_ai_cost_dollars',
    help: 'What calls cost.',
    unit: 'dollars',
    value: (row) => row.cost / 1e9,
  },
  {
    name: 'windlass_ai_call_seconds',
    help: 'Time of all calls together.',
    unit: 'seconds',
    value: (row) => ((row.totalMs ?? 0) * row.calls) / 1000,
  },
];

export function metricsText({ rows, budgets, words }: MetricsSource): string {
  const lines = counters.flatMap(({ name, help, unit, value }) =>
    family(
      { name, type: 'counter', help, unit },
      rows.map((row) => ({ labels: labelsOf(row), value: value(row) })),
    ),
  );
  lines.push(
    ...family(
      {
        name: 'windlass_ai_first_token_seconds',
        type: 'gauge',
        help: 'To the first byte of an answer, the mean.',
        unit: 'seconds',
      },
      rows.flatMap((row) =>
        row.firstMs === null ? [] : [{ labels: labelsOf(row), value: row.firstMs / 1000 }],
      ),
    ),
    ...ofBudgets(budgets, 'limit', 'The most that may be spent in the period.', ({ limit }) => limit),
    ...ofBudgets(budgets, 'spent', 'What is settled in the period.', ({ spent }) => spent),
    ...ofBudgets(budgets, 'reserved', 'What calls under way may cost.', ({ reserved }) => reserved),
    ...family(
      {
        name: 'windlass_ai_provider_working',
        type: 'gauge',
        help: '1 where the last word of a provider was good, 0 where it fails, refuses its key or wants quiet.',
      },
      Object.entries(words).flatMap(([provider, { kind }]) =>
        kind === 'unknown' ? [] : [{ labels: { provider }, value: kind === 'working' ? 1 : 0 }],
      ),
    ),
    '# EOF',
  );
  return `${lines.join('\n')}\n`;
}

function labelsOf({ by: [app = '', model = '', provider = ''] }: UsageRow): Sample['labels'] {
  return { app, model, provider };
}

function ofBudgets(
  budgets: readonly AiBudget[],
  what: string,
  help: string,
  amount: (budget: AiBudget) => number,
): string[] {
  const name = `windlass_ai_budget_${what}_dollars`;
  return family(
    { name, type: 'gauge', help, unit: 'dollars' },
    budgets.map((budget) => ({
      labels: {
        budget: budget.id,
        app: budget.app ?? '',
        model: budget.model ?? '',
        period: budget.period,
      },
      value: amount(budget) / 1e9,
    })),
  );
}

function family(
  {
    name,
    type,
    help,
    unit,
  }: { name: string; type: 'counter' | 'gauge'; help: string; unit?: string | undefined },
  samples: readonly Sample[],
): string[] {
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...samples.map(({ labels, value }) => {
      const text = Object.entries(labels).map(([label, said]) => `${label}="${escaped(said)}"`);
      return `${name}${type === 'counter' ? '_total' : ''}{${text.join(',')}} ${value}`;
    }),
  ];
}

function escaped(value: string | number): string {
  return String(value).replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
