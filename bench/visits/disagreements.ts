/** How many answers over a million events differ from those of the slow, plain reference. */

import { openPartition } from '../../server/analytics/partition-file.ts';
import { dayFile, dayMs } from '../../server/analytics/site-folder.ts';
import { answerQuestion } from '../../shared/analytics/answer-question.ts';
import { answerFunnel } from '../../shared/analytics/funnel.ts';
import { metricNames, question } from '../../shared/analytics/query.ts';
import { refAnswer, refFunnel, refVisits } from '../../shared/analytics/reference.ts';
import { dashboardQuestions } from './questions.ts';
import { hitsOfDay, type WrittenDays } from './write-days.ts';

/** Day by day, as the reference keeps everything in memory; people are of one day, so nothing is lost by it. */
export function disagreements(
  folder: string,
  written: WrittenDays,
  wanted: number,
): { compared: number; differ: number } {
  const found = { compared: 0, differ: 0 };
  const compare = (got: unknown, expected: unknown) => {
    found.compared += 1;
    if (JSON.stringify(got, rounded) !== JSON.stringify(expected, rounded)) found.differ += 1;
  };
  for (let day = written.from, index = 0; day < written.to; day += dayMs, index++) {
    const visits = refVisits([...hitsOfDay(day, index, wanted)]);
    const open = openPartition(dayFile(folder, day, 'db'));
    const range = { from: day, to: day + 2 * dayMs };
    const partitions = () => [open.partition];
    // A few questions a day, other ones the next: the reference takes a second for each.
    const all = dashboardQuestions(range);
    for (const { name: _, ...asked } of [all[index % all.length], all[(index * 7 + 3) % all.length]].filter(
      (each) => each !== undefined,
    )) {
      const parsed = question.parse({ ...asked, metrics: [...metricNames], limit: 5000 });
      compare(answerQuestion(partitions, parsed), refAnswer(visits, parsed));
    }
    const steps = [
      { kind: 'page' as const, path: '/page-*' },
      { kind: 'page' as const, path: '/page-1*' },
      { kind: 'goal' as const, name: 'Signup' },
    ];
    const funnel = { range, filters: [], steps, strict: index % 2 === 1, within: dayMs };
    compare(answerFunnel(partitions, funnel).steps, refFunnel(visits, funnel));
    open.close();
  }
  return found;
}

/** Sums of fractions differ in their last digits by the order they were added in. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(10)) : value;
}
