/** `windlass doctor --disk`: whose every byte of the data folder is, and what of it would go. */

import type { DiskHolding } from '../../../shared/deployer/disk-contract.ts';
import { bytesText, countText } from '../amounts.ts';
import { renderTable } from '../table.ts';
import type { VerbContext } from '../verb.ts';

export async function explainDisk(context: VerbContext): Promise<number> {
  const report = await context.control.call('disk.report', {});
  const { style, width } = context;
  context.show(report, () => {
    const rows = report.holdings
      .toSorted((a, b) => b.bytes - a.bytes)
      .map((holding) => [
        holding.kind,
        holding.app ?? '',
        bytesText(holding.bytes),
        String(holding.files),
        budgetText(holding),
        holding.freeable === 0 ? '' : bytesText(holding.freeable),
      ]);
    const freeable = report.holdings.reduce((sum, holding) => sum + holding.freeable, 0);
    return [
      ...renderTable(
        [
          { title: 'kind' },
          { title: 'app', flexible: true },
          { title: 'size', right: true },
          { title: 'files', right: true },
          { title: 'kept' },
          { title: 'would go', right: true },
        ],
        rows,
        width,
        style.dim,
      ),
      '',
      `${bytesText(report.bytes)} in ${report.folder}; ${bytesText(report.free)} of the disk are free, and ${bytesText(report.floor)} must stay so`,
      ...(freeable === 0 ? [] : [`${bytesText(freeable)} go with the next sweep, or now with --free`]),
    ];
  });
  return 0;
}

export async function freeDisk(context: VerbContext): Promise<number> {
  const swept = await context.control.call('disk.sweep', {});
  context.show(swept, () => [
    swept.removed === 0
      ? 'everything is within its budget'
      : `removed ${countText(swept.removed, 'thing')}, ${bytesText(swept.freed)}`,
  ]);
  return 0;
}

function budgetText({ budget, kind }: DiskHolding): string {
  if (budget !== null) return `${bytesText(budget.bytes)} an app, ${budget.days} d`;
  return kind === 'volumes' ? 'always: yours' : 'as needed';
}
