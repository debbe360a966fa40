/** Segments on the command line: made from filters, listed, removed, and looked up for a question. */

import { type Filter, isDimension } from '../../../shared/analytics/query.ts';
import { readFilter, segment, writeFilter } from '../../../shared/analytics/segment.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { Aim } from '../aim.ts';
import { printable } from '../style.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { VerbContext } from '../verb.ts';

export async function listSegments(context: VerbContext, aim: Aim): Promise<number> {
  const { style, width } = context;
  const { segments } = await context.control.call('analytics.segments', siteOf(aim));
  context.show({ segments }, () =>
    segments.length === 0
      ? [`no segments; make one with \`windlass analytics ${aim.app} segment NAME country=DE\``]
      : renderTable(
          [{ title: 'segment' }, { title: 'filters', flexible: true }],
          segments.map(({ name, filters }) => [
            printable(name, style.colour),
            printable(filters.map(writeFilter).join('  '), style.colour),
          ]),
          width,
          style.dim,
        ),
  );
  return 0;
}

/** `segment NAME FILTER…` keeps one, `segment NAME --remove` removes it. */
export async function changeSegment(
  context: VerbContext,
  aim: Aim,
  [name, ...texts]: readonly string[],
): Promise<number> {
  if (name === undefined) throw new UsageError('which segment?', 'Give its name.');
  if (context.flags.on('remove')) {
    await context.control.call('analytics.removeSegment', { ...siteOf(aim), name });
    context.show({ removed: name }, () => [`the segment "${name}" is gone; what was counted stays`]);
    return 0;
  }
  if (texts.length === 0)
    throw new UsageError('which filters?', 'Give some, like country=DE or page~/docs; --remove removes it.');
  const parsed = segment.safeParse({ name, filters: texts.map(filterOf) });
  if (!parsed.success) {
    throw new UsageError('that is no segment', `${parsed.error.issues[0]?.message ?? 'See the help'}.`);
  }
  await context.control.call('analytics.saveSegment', { ...siteOf(aim), segment: parsed.data });
  context.show(parsed.data, () => [
    `kept; see \`windlass analytics ${aim.app} --segment '${name}'${context.reach}\``,
  ]);
  return 0;
}

/** Of `--segment`; none without it. Throws `not-found` where there is none of that name. */
export async function chosenFilters(context: VerbContext, aim: Aim): Promise<Filter[]> {
  const name = context.flags.text('segment');
  if (name === undefined) return [];
  const { segments } = await context.control.call('analytics.segments', siteOf(aim));
  const found = segments.find((each) => each.name === name);
  if (found !== undefined) return found.filters;
  throw new WindlassError('not-found', `there is no segment "${name}"`, {
    hint: `See those there are with \`windlass analytics ${aim.app} segments\`.`,
  });
}

const siteOf = ({ app, environment }: Aim) => ({ app, environment });

function filterOf(text: string): Filter {
  const filter = readFilter(text);
  if (filter === null || filter.dimension === 'time' || !isDimension(filter.dimension)) {
    throw new UsageError(
      `"${text}" is no filter`,
      'Write country=DE|AT, page~/docs, device!=Mobile or source!~google.',
    );
  }
  return filter;
}
