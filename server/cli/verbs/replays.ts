/** `windlass replays`: recorded sessions, listed, taken out whole, deleted. */

import { agoText, bytesText, durationText } from '../amounts.ts';
import { printable } from '../style.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { Verb, VerbContext } from '../verb.ts';

const actions = ['list', 'show', 'export', 'remove'] as const;

export const replays: Verb = {
  name: 'replays',
  summary: 'list recorded sessions, take one out, delete them',
  usage: [
    'replays [list] [APP] [--error EVENT]',
    'replays show ID',
    'replays export ID',
    'replays remove ID…',
  ],
  about: [
    'Replays come from the replay integration of a Sentry SDK, which masks text and inputs unless told otherwise.',
    '`export` writes the events in the form of rrweb, as one JSON array, to stdout.',
  ],
  examples: [
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
    { name: 'limit', value: 'N', summary: 'list: how many (default: 20)' },
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
  const result = await context.control.call('replays.list', { app, error: flags.text('error'), limit });
  context.show(result, () => {
    if (result.replays.length === 0) return ['no replays'];
    const rows = result.replays.map((each) => [
      each.id,
      each.app,
      agoText(each.startedAt, now()),
      durationText(each.endedAt - each.startedAt),
      String(each.errors.length),
      bytesText(each.bytes),
      printable(each.urls[0] ?? '-'),
    ]);
    const titles = ['id', 'app', 'when', 'length', 'errors', 'size'].map((title) => ({ title }));
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

function idOf(word: string | undefined): string {
  const id = (word ?? '').replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id))
    throw new UsageError(`"${word ?? ''}" is no replay's id`, 'See `windlass replays`.');
  return id;
}
