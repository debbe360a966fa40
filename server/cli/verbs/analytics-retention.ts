/** `windlass analytics APP retention`: who came back, of visitors on the same day, of people a site names over days. */

import { retentionQuestion, returnHours } from '../../../shared/analytics/retention.ts';
import type { Aim } from '../aim.ts';
import { parseSince } from '../since.ts';
import { renderTable } from '../table.ts';
import type { VerbContext } from '../verb.ts';
import { chosenFilters } from './analytics-segments.ts';

const dayMs = 86_400_000;

export async function showRetention(
  context: VerbContext,
  aim: Aim & { counted: 'script' | 'served' },
): Promise<number> {
  const { flags, now, style, width } = context;
  const to = now() + 1;
  const from = Math.max(0, parseSince(flags.text('since') ?? '30d', now()));
  const property = flags.text('user');
  const question = retentionQuestion.parse({
    range: { from, to },
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    interval: intervalFor(to - from),
    property,
    filters: await chosenFilters(context, aim),
  });
  const answer = await context.control.call('analytics.retention', { ...aim, question });
  context.show(answer, () => {
    if (answer.cohorts.length === 0) {
      return [property === undefined ? 'nobody came' : `no event has a property "${property}"`];
    }
    const columns = Math.max(...answer.cohorts.map(({ returned }) => returned.length));
    const heads = Array.from({ length: columns }, (_, index) => headText(index, property));
    const rows = answer.cohorts.map(({ start, people, returned }) => [
      dateText(start),
      String(people),
      ...heads.map((_, index) => shareText(returned[index], people)),
    ]);
    const titles = [question.interval, 'people', ...heads].map((title) => ({ title }));
    const note =
      property === undefined
        ? [
            'a visitor is another one every day (UTC) by design; --user PROPERTY follows people your site names',
          ]
        : [];
    return [...renderTable(titles, rows, width, style.dim), ...note];
  });
  return 0;
}

function intervalFor(length: number): 'day' | 'week' | 'month' {
  return length <= 14 * dayMs ? 'day' : length <= 366 * dayMs ? 'week' : 'month';
}

function headText(index: number, property: string | undefined): string {
  if (property !== undefined) return `+${index + 1}`;
  return index === returnHours.length - 1 ? 'that day' : `${returnHours[index]} h`;
}

/** As the person's own calendar has it. */
function dateText(start: number): string {
  const date = new Date(start);
  const part = (number: number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}

function shareText(count: number | undefined, people: number): string {
  return count === undefined ? '' : `${Math.round((100 * count) / people)} %`;
}
