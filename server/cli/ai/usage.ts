/** `windlass ai usage`: sums by any dimensions, single calls, OpenMetrics. */

import { usageDimensions } from '../../../shared/gateway/contract.ts';
import { dollarText } from '../../../shared/gateway/money.ts';
import { agoText, durationText } from '../amounts.ts';
import { parseSince } from '../since.ts';
import { stateCell } from '../state-cell.ts';
import { printable } from '../style.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { VerbContext } from '../verb.ts';
import { listOf } from './flags.ts';

export async function usage(context: VerbContext, [action = 'report']: readonly string[]): Promise<number> {
  const to = context.now();
  const from = parseSince(context.flags.text('since') ?? '30d', to);
  const app = context.flags.text('app') ?? null;
  switch (action) {
    case 'report':
      return report(context, { from, to, app });
    case 'calls':
      return calls(context, { from, to, app });
    case 'metrics': {
      const { text } = await context.control.call('aiUsage.metrics', {});
      context.io.stdout.write(text);
      return 0;
    }
    default:
      throw new UsageError(`\`ai usage\` cannot "${action}"`, 'It can report, calls and metrics.');
  }
}

interface Range {
  from: number;
  to: number;
  app: string | null;
}

async function report(context: VerbContext, range: Range): Promise<number> {
  const by = listOf(context.flags.text('by') ?? 'app,model').map((word) => {
    const name = usageDimensions.find((each) => each === word);
    if (name === undefined) throw new UsageError(`--by has of ${usageDimensions.join(', ')}`);
    return name;
  });
  const result = await context.control.call('aiUsage.report', { ...range, by });
  const { width, style } = context;
  context.show(result, () => {
    if (result.rows.length === 0) return ['nothing was asked in that time'];
    const rows = result.rows.map((row) => [
      ...row.by.map((value, index) => dimension(by[index] ?? '', value)),
      String(row.calls),
      String(row.failed),
      String(row.input + row.cacheRead + row.cacheWrite),
      String(row.output),
      row.firstMs === null ? '' : durationText(row.firstMs),
      `${dollarText(row.cost)}${row.unpriced > 0 ? ' + unpriced' : ''}${row.estimated > 0 ? ' (in part estimated)' : ''}`,
    ]);
    const titles = [...by, 'calls', 'failed', 'input', 'output', 'first token', 'cost'].map((title) => ({
      title,
    }));
    return renderTable(titles, rows, width, style.dim);
  });
  return 0;
}

function dimension(name: string, value: string | number): string {
  if (name === 'day') return new Date(Number(value)).toISOString().slice(0, 10);
  if (name === 'hour') return new Date(Number(value)).toISOString().slice(0, 16);
  return value === '' || value === 0 ? '-' : printable(String(value), false);
}

async function calls(context: VerbContext, range: Range): Promise<number> {
  const limit = context.flags.whole('limit', 1, 1000) ?? 20;
  const result = await context.control.call('aiUsage.calls', { ...range, limit });
  const { width, style, now } = context;
  context.show(result, () => {
    if (result.calls.length === 0) return ['nothing was asked in that time'];
    const rows = result.calls.map((call) => [
      String(call.id),
      agoText(call.at, now()),
      call.app || '-',
      call.release === null ? '-' : String(call.release),
      printable(call.model, false),
      call.provider,
      stateCell(call.state, style),
      `${call.input + call.cacheRead + call.cacheWrite}/${call.output}`,
      durationText(call.totalMs),
      `${dollarText(call.cost)}${call.estimated ? ' (estimated)' : ''}`,
    ]);
    const titles = ['id', 'when', 'app', 'release', 'model', 'provider', 'state', 'tokens', 'took', 'cost'];
    return renderTable(
      titles.map((title) => ({ title })),
      rows,
      width,
      style.dim,
    );
  });
  return 0;
}
