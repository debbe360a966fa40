/** Usage as OpenMetrics 1.0 text: counters since the beginning, by app, model and provider. */

import type { UsageRow } from '../../../shared/gateway/contract.ts';

const families: readonly { name: string; help: string; unit?: string; value(row: UsageRow): number }[] = [
  { name: 'windlass_ai_calls', help: 'Calls.', value: (row) => row.calls },
  { name: 'windlass_ai_failed_calls', help: 'Calls that failed.', value: (row) => row.failed },
  { name: 'windlass_ai_cancelled_calls', help: 'Calls the client gave up.', value: (row) => row.cancelled },
  { name: 'windlass_ai_retries', help: 'Further attempts.', value: (row) => row.retries },
  { name: 'windlass_ai_cached_calls', help: 'Calls answered from the cache.', value: (row) => row.cached },
  {
    name: 'windlass_ai_input_tokens',
    help: 'Tokens of requests.',
    value: (row) => row.input + row.cacheRead + row.cacheWrite,
  },
  { name: 'windlass_ai_output_tokens', help: 'Tokens of answers.', value: (row) => row.output },
  {
    name: 'windlass_ai_cost_dollars',
    help: 'What calls cost.',
    unit: 'dollars',
    value: (row) => row.cost / 1e9,
  },
];

/** `rows` by app, model and provider. */
export function metricsText(rows: readonly UsageRow[]): string {
  const lines = families.flatMap(({ name, help, unit, value }) => [
    `# TYPE ${name} counter`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...rows.map((row) => {
      const [app = '', model = '', provider = ''] = row.by;
      return `${name}_total{app="${label(app)}",model="${label(model)}",provider="${label(provider)}"} ${value(row)}`;
    }),
  ]);
  return `${lines.join('\n')}\n# EOF\n`;
}

function label(value: string | number): string {
  return String(value).replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
