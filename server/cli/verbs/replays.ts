/** `windlass replays`: recorded sessions, listed, taken out whole, deleted; and whether pages are recorded. */

import { checkApp } from '../aim.ts';
import { agoText, bytesText, durationText } from '../amounts.ts';
import { printable } from '../style.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { environmentFlag, type Verb, type VerbContext } from '../verb.ts';
import { record } from './replays-record.ts';

const actions = ['list', 'show', 'export', 'remove', 'record'] as const;

export const replays: Verb = {
  name: 'replays',
  summary: 'record visits, list the recordings, take one out, delete them',
  usage: [
    'replays [list] [APP] [--error EVENT] [--path PATH] [--browser NAME] [--faulty] [--rage] [--longer 1m]',
    'replays show ID',
    'replays export ID',
    'replays remove ID…',
    'replays record APP [on|off] [KEY=VALUE…] [--env NAME]',
  ],
  about: [
    '`record APP on` puts a recorder into the pages of an app: it masks all text and fields and keeps no pictures. Keys:',
    'sample=10% of tabs whole, on-error=100% of the others from an error on, unmask=SELECTOR, block=SELECTOR,',
    'left-out=PATH,…, messages=on|off. The replay integration of a Sentry SDK sends its recordings here as well.',
    '`export` writes the events in the form of rrweb, as one JSON array, to stdout.',
  ],
  examples: [
    {
      what: 'record every tenth visit, and all with an error',
      line: 'windlass replays record shop on sample=10%',
    },
    { what: 'of one app', line: 'windlass replays shop' },
    {
      what: 'kept for later',
      line: 'windlass replays export 0123456789abcdef0123456789abcdef > replay.json',
    },
  ],
  arguments: [
    { name: 'ACTION', required: false, completes: actions },
    { name: 'WHAT', required: false, completes: 'app', rest: true },
  ],
  flags: [
    { name: 'error', value: 'EVENT', summary: 'list: during which this event happened' },
    { name: 'path', value: 'PATH', summary: 'list: that saw this page; * stands for anything' },
    { name: 'browser', value: 'NAME', summary: 'list: of this browser' },
    { name: 'faulty', summary: 'list: in which something went wrong' },
    { name: 'rage', summary: 'list: in which somebody clicked again and again' },
    { name: 'longer', value: 'TIME', summary: 'list: at least so long, 90s or 5m' },
    { name: 'limit', value: 'N', summary: 'list: how many (default: 20)' },
    environmentFlag,
  ],
  run: async (context) => {
    const [first = 'list', ...words] = context.args;
    switch (actions.find((each) => each === first)) {
      case undefined:
        return list(context, first);
      case 'list':
        return list(context, words[0]);
      case 'show': {
        const found = await context.control.call('replays.get', { id: idOf(words[0]) });
        context.show(found, () => [
          `${found.id} of ${found.app}, ${durationText(found.endedAt - found.startedAt)}, ${bytesText(found.bytes)}`,
          ...found.urls.map((url) => printable(`  ${url}`)),
          ...found.errors.map((error) => `  error ${error}`),
        ]);
        return 0;
      }
      case 'export':
        return exportOne(context, idOf(words[0]));
      case 'record':
        return record(context, words);
      case 'remove':
        context.show(await context.control.call('replays.remove', { ids: words.map(idOf) }), () => [
          'removed',
        ]);
        return 0;
    }
  },
};

async function list(context: VerbContext, app: string | undefined): Promise<number> {
  const { flags, now, width, style } = context;
  const limit = flags.whole('limit', 1, 200) ?? 20;
  const longer = flags.text('longer');
  const result = await context.control.call('replays.list', {
    app,
    error: flags.text('error'),
    path: flags.text('path'),
    browser: flags.text('browser'),
    faulty: flags.on('faulty'),
    rage: flags.on('rage'),
    longerThan: longer === undefined ? undefined : lengthOf(longer),
    limit,
  });
  if (result.replays.length === 0) await checkApp(context, app);
  context.show(result, () => {
    if (result.replays.length === 0) return ['no replays'];
    const rows = result.replays.map((each) => [
      each.id,
      each.app,
      agoText(each.startedAt, now()),
      durationText(each.endedAt - each.startedAt),
      String(Math.max(each.errors.length, each.counts?.errors ?? 0)),
      String(each.counts?.rage ?? 0),
      bytesText(each.bytes),
      printable(each.urls[0] ?? '-'),
    ]);
    const titles = ['id', 'app', 'when', 'length', 'errors', 'rage', 'size'].map((title) => ({ title }));
    return renderTable([...titles, { title: 'page', flexible: true }], rows, width, style.dim);
  });
  return 0;
}

/** A segment at a time: an hour's recording need not fit in memory. */
async function exportOne({ control, io }: VerbContext, id: string): Promise<number> {
  const { numbers } = await control.call('replays.get', { id });
  let before = '[';
  for (const segment of numbers) {
    const { events } = await control.call('replays.segment', { id, segment });
    const inner = events.trim().slice(1, -1);
    if (inner.trim() === '') continue;
    io.stdout.write(before + inner);
    before = ',';
  }
  io.stdout.write(before === '[' ? '[]\n' : ']\n');
  return 0;
}

/** ms of `90s`, `5m` or `1h`. */
function lengthOf(text: string): number {
  const [, number, unit] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  if (number === undefined) throw new UsageError(`"${text}" is no time`, 'Write 90s, 5m or 1h.');
  return Number(number) * (unit === 'h' ? 3_600_000 : unit === 'm' ? 60_000 : 1000);
}

function idOf(word: string | undefined): string {
  const id = (word ?? '').replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id))
    throw new UsageError(`"${word ?? ''}" is no replay's id`, 'See `windlass replays`.');
  return id;
}
