/** `windlass analytics`: who came, from where, to what; and what is counted. */

import { resolve } from 'node:path';
import { answerCsv } from '../../../shared/analytics/answer-csv.ts';
import { isDimension, type Metric, question } from '../../../shared/analytics/query.ts';
import { WindlassError } from '../../../shared/errors.ts';
import { type Aim, aimOf, checkApp } from '../aim.ts';
import { bytesText, countText, durationText } from '../amounts.ts';
import { parseSince } from '../since.ts';
import { printable } from '../style.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { appArgument, environmentFlag, type Verb, type VerbContext } from '../verb.ts';
import { showRetention } from './analytics-retention.ts';
import { changeSegment, chosenFilters, listSegments } from './analytics-segments.ts';

interface Counted {
  counted: 'script' | 'served';
}

const actions = ['show', 'retention', 'segments', 'segment', 'on', 'off', 'status', 'import'] as const;
const metrics: Metric[] = ['visitors', 'visits', 'pageviews', 'bounce_rate', 'visit_duration'];

export const analytics: Verb = {
  name: 'analytics',
  summary: 'see who came, from where and to what; choose what is counted',
  usage: [
    'analytics APP [--since 30d] [--by page|source|country|…] [--segment NAME] [--csv]',
    'analytics APP retention [--since 30d] [--user PROPERTY] [--segment NAME]',
    'analytics APP segments',
    'analytics APP segment NAME FILTER…|--remove',
    'analytics APP on|off|status [--served]',
    'analytics APP import FILE…',
    'analytics --places FILE',
    'analytics --datacentres FILE',
  ],
  about: [
    'Visits are counted without cookies by the script /.windlass/script.js: "on" puts it into every page. Places are',
    'known once the server was given a database of them, an .mmdb file such as DB-IP Lite or GeoLite2.',
    'A segment is filters under a name: country=DE|AT, device!=Mobile, page~/docs, source!~google.',
  ],
  examples: [
    { what: 'count the visits of an app', line: 'windlass analytics shop on' },
    { what: 'the last week, day by day', line: 'windlass analytics shop --since 7d --by time' },
    {
      what: 'keep a part of the visits under a name',
      line: 'windlass analytics shop segment DACH "country=DE|AT|CH"',
    },
    {
      what: 'all sources of this year, for a spreadsheet',
      line: 'windlass analytics shop --since 2026-01-01 --by source --csv',
    },
  ],
  arguments: [
    { ...appArgument, required: false },
    { name: 'ACTION', required: false, completes: actions, rest: true },
  ],
  flags: [
    { name: 'since', value: 'TIME', summary: 'from when, a span or a date (default: 30d)' },
    {
      name: 'by',
      value: 'DIMENSION',
      summary: 'time, page, source, channel, country, device, goal, prop:NAME, …',
    },
    {
      name: 'user',
      value: 'PROPERTY',
      summary: 'retention: the property of your events that names a person',
    },
    { name: 'segment', value: 'NAME', summary: 'only visits of this segment' },
    { name: 'remove', summary: 'segment: removes it' },
    { name: 'csv', summary: 'as CSV' },
    { name: 'served', summary: 'pages as they are served, which needs no script; kept apart' },
    { name: 'places', value: 'FILE', summary: 'gives the server a database of places', completes: 'file' },
    {
      name: 'datacentres',
      value: 'FILE',
      summary: 'leaves out what comes from these addresses, one range a line',
      completes: 'file',
    },
    environmentFlag,
  ],
  run: async (context) => {
    const file = context.flags.text('places');
    if (file !== undefined) return givePlaces(context, file);
    const list = context.flags.text('datacentres');
    if (list !== undefined) return giveDatacentres(context, list);
    if (context.args[0] === undefined) throw new UsageError('which app?', 'See `windlass apps`.');
    const counted = context.flags.on('served') ? ('served' as const) : ('script' as const);
    const aim = { ...aimOf(context), counted };
    const [, action = 'show'] = context.args;
    switch (actions.find((each) => each === action)) {
      case 'show':
        return show(context, aim);
      case 'retention':
        return showRetention(context, aim);
      case 'segments':
        return listSegments(context, aim);
      case 'segment':
        return changeSegment(context, aim, context.args.slice(2));
      case 'on':
      case 'off':
        return turn(context, aim, action === 'on');
      case 'status':
        return status(context, aim);
      case 'import':
        return takeExports(context, aim, context.args.slice(2));
      case undefined:
        throw new UsageError(
          `\`analytics\` cannot "${action}"`,
          'It can show, retention, segments, segment, on, off, status and import.',
        );
    }
  },
};

async function show(context: VerbContext, aim: Aim & Counted): Promise<number> {
  const { flags, now, style, width, io } = context;
  const from = parseSince(flags.text('since') ?? '30d', now());
  const by = flags.text('by');
  if (by !== undefined && !isDimension(by)) {
    throw new UsageError(
      `--by does not know "${by}"`,
      'It knows time, page, source, country, goal, prop:NAME and more.',
    );
  }
  const to = now() + 1;
  const asked = question.parse({
    range: { from: Math.max(0, from), to },
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    interval: to - from <= 2 * 86_400_000 ? 'hour' : 'day',
    metrics,
    dimensions: by === undefined ? [] : [by],
    filters: await chosenFilters(context, aim),
    limit: flags.on('csv') ? 10_000 : 50,
  });
  const answer = await context.control.call('analytics.ask', { ...aim, question: asked });
  if (answer.total.values.every((value) => value === 0 || value === null)) await checkApp(context, aim.app);
  if (flags.on('csv')) {
    io.stdout.write(answerCsv(asked, by === undefined ? { ...answer, rows: [answer.total] } : answer));
    return 0;
  }
  context.show(answer, () => {
    const rows = [...(by === undefined ? [] : answer.rows), answer.total].map(({ keys, values }) => [
      keys.length === 0 ? 'all' : printable(keyText(by, keys[0] ?? ''), style.colour),
      ...values.map((value, index) => valueText(metrics[index], value)),
    ]);
    const titles = ['visitors', 'visits', 'views', 'bounce', 'time'].map((title) => ({ title }));
    return renderTable([{ title: by ?? '', flexible: true }, ...titles], rows, width, style.dim);
  });
  return 0;
}

function keyText(by: string | undefined, key: string): string {
  if (by === 'time') return new Date(Number(key)).toISOString().slice(0, 16).replace('T', ' ');
  return key === '' ? '(none)' : key;
}

function valueText(metric: Metric | undefined, value: number | null): string {
  if (value === null) return '-';
  if (metric === 'bounce_rate') return `${Math.round(value * 100)} %`;
  return metric === 'visit_duration' ? durationText(value) : String(value);
}

async function turn(context: VerbContext, aim: Aim & Counted, on: boolean): Promise<number> {
  const { app, environment, counted } = aim;
  const settings = counted === 'served' ? { served: on } : { inject: on };
  const chosen = await context.control.call('analytics.configure', { app, environment, settings });
  const what =
    counted === 'served' ? 'every page is counted as it is served' : `the script is in every page of ${app}`;
  context.show(chosen, () => [
    on
      ? `${what} from now on; see \`windlass analytics ${aim.app}${context.reach}\``
      : `${counted === 'served' ? 'pages are no longer counted as they are served' : `the script is no longer put into pages of ${app}`}; what was counted stays`,
  ]);
  return 0;
}

async function status(context: VerbContext, aim: Aim & Counted): Promise<number> {
  const found = await context.control.call('analytics.status', aim);
  context.show(found, () => {
    const dropped = Object.entries(found.droppedToday).filter(([, count]) => count > 0);
    return [
      `script in pages: ${found.settings.inject ? 'yes' : 'no'}; counted as served: ${found.settings.served ? 'yes' : 'no'}`,
      `kept: ${countText(found.partitions.length, 'day')}, ${bytesText(found.bytes)}; at most ${found.settings.keepDays} days`,
      `places: ${found.places ? 'known' : 'not known, no database was given'}`,
      `datacentres: ${found.datacentres ? 'left out' : 'counted, no list was given'}`,
      `not counted today: ${dropped.map(([why, count]) => `${count} ${why}`).join(', ') || 'nothing'}`,
    ];
  });
  return 0;
}

/** Exports of other tools come as several files, one a table. */
async function takeExports(
  context: VerbContext,
  aim: Aim & Counted,
  names: readonly string[],
): Promise<number> {
  if (names.length === 0) throw new UsageError('which file?', 'Give the CSV files that were exported.');
  const taken: { file: string; days: number; sums: number; known: number }[] = [];
  for (const name of names) {
    taken.push({
      file: name,
      ...(await context.control.upload('analytics.import', aim, await fileNamed(context, name))),
    });
  }
  context.show({ taken }, () =>
    taken.map(
      ({ file, days, sums, known }) =>
        `${file}: ${countText(sums, 'sum')} of ${countText(days, 'day')}${known > 0 ? `; ${countText(known, 'day')} counted here already were left alone` : ''}`,
    ),
  );
  return 0;
}

async function fileNamed(context: VerbContext, name: string) {
  const file = Bun.file(resolve(context.io.cwd, name));
  if (!(await file.exists())) {
    throw new WindlassError('not-found', `there is no file ${name}`, { hint: 'Check its name.' });
  }
  return file;
}

async function givePlaces(context: VerbContext, name: string): Promise<number> {
  const file = await fileNamed(context, name);
  const found = await context.control.upload('analytics.places', {}, file);
  context.show(found, () => [
    `places come from ${found.name} of ${new Date(found.built).toISOString().slice(0, 10)}`,
  ]);
  return 0;
}

async function giveDatacentres(context: VerbContext, name: string): Promise<number> {
  const file = await fileNamed(context, name);
  const kept = await context.control.upload('analytics.datacentres', {}, file);
  context.show(kept, () => [
    kept.ranges === 0
      ? 'the list is empty: what comes from datacentres is counted'
      : `what comes from ${countText(kept.ranges, 'range')} is left out from now on`,
  ]);
  return 0;
}
