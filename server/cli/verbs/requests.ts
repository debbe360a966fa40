/** `windlass requests`: what visitors asked for and got: single requests, as they come, the most frequent, over time. */

import {
  type LoggedRequest,
  type RequestFilter,
  type TopDimension,
  topDimensions,
} from '../../../shared/proxy/requests-contract.ts';
import { aimOf, checkApp } from '../aim.ts';
import { bytesText } from '../amounts.ts';
import { parseSince } from '../since.ts';
import { printable, type Style } from '../style.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { environmentFlag, type Verb, type VerbContext } from '../verb.ts';
import { barOf, msText, timeText } from './requests-text.ts';

const bars = 40;

export const requests: Verb = {
  name: 'requests',
  summary: 'show what visitors asked for and got: newest, live, most frequent, over time',
  usage: [
    'requests [APP] [-f] [--status S] [--path P] [--client IP] [--slower MS] [--since TIME] [--limit N] [--env NAME]',
    `requests [APP] --top ${topDimensions.slice(0, 4).join('|')}|… [filters]`,
    'requests [APP] --series [filters]',
    'requests --refused',
  ],
  about: ['Without APP it is about all of them. Queries of paths are not kept: that is where tokens are.'],
  examples: [
    { what: 'what fails right now', line: 'windlass requests shop -f --status 5xx' },
    { what: 'the slowest paths of today', line: 'windlass requests shop --top path --slower 500 --since 1d' },
    { what: 'how the last hour went', line: 'windlass requests shop --series' },
    { what: 'whom the proxy turned away', line: 'windlass requests --refused' },
  ],
  arguments: [{ name: 'APP', required: false, completes: 'app' }],
  flags: [
    { name: 'follow', short: 'f', summary: 'stay and print requests as they end' },
    { name: 'top', value: 'WHAT', summary: 'the most frequent of this', completes: topDimensions },
    { name: 'series', summary: 'requests, statuses and times over time' },
    { name: 'refused', summary: 'whom the proxy itself did not let pass, since it started' },
    { name: 'status', value: 'S', summary: 'only this status or class: 404, 5xx' },
    { name: 'path', value: 'P', summary: 'only this path: /about, /api/*, *.png' },
    { name: 'method', value: 'M', summary: 'only this method' },
    { name: 'client', value: 'IP', summary: 'only this visitor' },
    { name: 'slower', value: 'MS', summary: 'only those that took at least so many ms' },
    { name: 'since', value: 'TIME', summary: 'from 30m, 1h, 2d ago or a date on (default: 1h)' },
    { name: 'limit', short: 'n', value: 'N', summary: 'at most this many (default: 100, with --top 20)' },
    environmentFlag,
  ],
  run: async (context) => {
    const { flags } = context;
    const filter = readFilter(context);
    const since = parseSince(flags.text('since') ?? '1h', context.now());
    const range = { since, until: context.now() };
    const top = flags.text('top');
    if (flags.on('refused')) return refused(context);
    if (flags.on('follow')) return tail(context, filter);
    if (flags.on('series')) return series(context, filter, range);
    if (top !== undefined) return mostFrequent(context, filter, range, top);
    const limit = flags.whole('limit', 1, 1000) ?? 100;
    const result = await context.control.call('requests.query', { ...filter, ...range, limit });
    if (result.requests.length === 0) await checkApp(context, filter.app);
    context.show(result, () =>
      result.requests.length === 0
        ? ['no requests']
        : result.requests.toReversed().map((each) => requestLine(each, context.style)),
    );
    return 0;
  },
};

function readFilter(context: VerbContext): RequestFilter {
  const { flags, args } = context;
  const slower = flags.whole('slower', 0, 86_400_000);
  const environment = flags.text('env');
  const texts = ['status', 'path', 'method', 'client'] as const;
  return {
    ...(args[0] === undefined ? {} : { app: aimOf(context).app }),
    ...(environment === undefined ? {} : { environment }),
    ...(slower === undefined ? {} : { slower }),
    ...Object.fromEntries(
      texts.flatMap((name) => {
        const text = flags.text(name);
        return text === undefined ? [] : [[name, text]];
      }),
    ),
  };
}

async function tail(context: VerbContext, filter: RequestFilter): Promise<number> {
  const { io, flags, style } = context;
  try {
    await context.control.stream(
      'requests.tail',
      filter,
      (event) => {
        if (flags.on('json')) io.stdout.write(`${JSON.stringify(event)}\n`);
        else {
          if (event.skipped > 0) io.stdout.write(`${style.dim(`… ${event.skipped} more`)}\n`);
          io.stdout.write(`${requestLine(event.request, style)}\n`);
        }
      },
      io.closed,
    );
  } catch (error) {
    // The reader has what it wanted (`| head`); that is no failure.
    if (!io.closed.aborted) throw error;
  }
  return 0;
}

type Range = { since: number; until: number };

async function mostFrequent(
  context: VerbContext,
  filter: RequestFilter,
  range: Range,
  top: string,
): Promise<number> {
  const by = topDimensions.find((each): each is TopDimension => each === top);
  if (by === undefined) {
    throw new UsageError(`--top cannot be "${top}"`, `It is one of ${topDimensions.join(', ')}.`);
  }
  const limit = context.flags.whole('limit', 1, 200) ?? 20;
  const result = await context.control.call('requests.top', { ...filter, ...range, by, limit });
  context.show(result, () =>
    renderTable(
      [
        { title: by, flexible: true },
        { title: 'requests', right: true },
        { title: '5xx', right: true },
        { title: 'sent', right: true },
        { title: 'p50', right: true },
        { title: 'p95', right: true },
      ],
      result.rows.map(({ value, requests: count, errors, bytesOut, p50, p95 }) => [
        value === '' ? '(none)' : printable(value, false),
        String(count),
        String(errors),
        bytesText(bytesOut),
        msText(p50),
        msText(p95),
      ]),
      context.width,
      context.style.dim,
    ),
  );
  return 0;
}

async function series(context: VerbContext, filter: RequestFilter, range: Range): Promise<number> {
  const step = Math.max(1000, Math.ceil((range.until - range.since) / bars / 1000) * 1000);
  const result = await context.control.call('requests.series', { ...filter, ...range, step });
  const most = Math.max(1, ...result.points.map((point) => point.requests));
  context.show(result, () =>
    renderTable(
      [
        { title: 'from' },
        { title: 'requests', right: true },
        { title: '' },
        { title: '4xx', right: true },
        { title: '5xx', right: true },
        { title: 'p50', right: true },
        { title: 'p95', right: true },
      ],
      result.points.map(({ at, requests: count, classes, p50, p95 }) => [
        timeText(at),
        String(count),
        barOf(count / most, 20),
        String(classes[3] ?? 0),
        String(classes[4] ?? 0),
        msText(p50),
        msText(p95),
      ]),
      context.width,
      context.style.dim,
    ),
  );
  return 0;
}

async function refused(context: VerbContext): Promise<number> {
  const result = await context.control.call('requests.refused', {});
  context.show(result, () => [
    `${result.connections} connections now; turned away since ${timeText(result.since)}:`,
    ...(result.reasons.length === 0
      ? ['nobody']
      : renderTable(
          [{ title: 'reason' }, { title: 'count', right: true }],
          result.reasons.map(({ reason, count }) => [reason, String(count)]),
          context.width,
          context.style.dim,
        )),
  ]);
  return 0;
}

function requestLine(request: LoggedRequest, style: Style): string {
  const { at, app, environment, release, status, method, host, path, ms, bytesOut, client, country } =
    request;
  const place =
    app === null ? '-' : `${app}${environment === 'production' ? '' : `/${environment}`} r${release ?? '-'}`;
  const paint = status >= 500 ? style.red : status >= 400 ? style.yellow : (text: string) => text;
  const who = country === null ? client : `${client} ${country}`;
  const what = printable(`${method} ${host}${path}`, false);
  return `${style.dim(`${timeText(at)} ${place}`)} ${paint(String(status))} ${what} ${style.dim(`${msText(ms)} ${bytesText(bytesOut)} ${who}`)}`;
}
