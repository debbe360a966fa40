/** `windlass maintenance`: planned work, in which nobody is told that checks fail. */

import { type Maintenance, maintenance as shape } from '../../../shared/uptime/maintenance.ts';
import { namedIds, wordsOf } from '../named-ids.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { Verb, VerbContext } from '../verb.ts';

const actions = ['list', 'add', 'remove'] as const;
const dayWords = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

export const maintenance: Verb = {
  name: 'maintenance',
  summary: 'plan work: while it lasts, failing checks are neither told nor counted',
  usage: [
    'maintenance [list]',
    'maintenance add TITLE --from DATE (--to DATE | --minutes N) [--checks NAME,…]',
    'maintenance add TITLE --days DAY,… --at HH:MM --minutes N [--zone ZONE] [--checks NAME,…]',
    'maintenance remove ID',
  ],
  about: [
    'Without --checks it is of all. Status pages show it under its title. For an app that visitors should find closed',
    'meanwhile, see the key `maintenance` of `windlass rules`.',
  ],
  examples: [
    { what: 'once', line: "windlass maintenance add 'New disks' --from 2030-01-31T02:00 --minutes 90" },
    {
      what: 'every Sunday and Wednesday night',
      line: 'windlass maintenance add Backup --days sun,wed --at 03:00 --minutes 60 --zone Europe/Berlin --checks db,shop',
    },
    { what: 'no longer', line: 'windlass maintenance remove 2' },
  ],
  arguments: [
    { name: 'ACTION', required: false, completes: actions },
    { name: 'TITLE', required: false },
  ],
  flags: [
    { name: 'from', value: 'DATE', summary: 'add: when it begins; local time where it names no zone' },
    { name: 'to', value: 'DATE', summary: 'add: when it ends' },
    {
      name: 'days',
      value: 'DAYS',
      summary: `add: every week on ${dayWords.join(', ')}`,
      completes: dayWords,
    },
    { name: 'at', value: 'HH:MM', summary: 'add: when it begins on those days' },
    { name: 'minutes', value: 'N', summary: 'add: how long it lasts' },
    { name: 'zone', value: 'ZONE', summary: 'add: whose clock --at means (default: that of this computer)' },
    { name: 'checks', value: 'NAMES', summary: 'add: names of checks, with commas (default: all)' },
  ],
  run: async (context) => {
    const [action = 'list', word] = context.args;
    switch (actions.find((each) => each === action)) {
      case 'list':
        return list(context);
      case 'add':
        return add(context, word);
      case 'remove': {
        const { maintenance: windows } = await context.control.call('maintenance.list', {});
        const found = windows.find(({ id }) => String(id) === word);
        if (found === undefined) {
          throw new UsageError(`there is no maintenance "${word ?? ''}"`, 'See `windlass maintenance`.');
        }
        const result = await context.control.call('maintenance.remove', { id: found.id });
        context.show(result, () => [`${found.title} is gone`]);
        return 0;
      }
      case undefined:
        throw new UsageError(`\`maintenance\` cannot "${action}"`, `It can ${actions.join(', ')}.`);
    }
  },
};

async function list(context: VerbContext): Promise<number> {
  const [result, { checks }] = await Promise.all([
    context.control.call('maintenance.list', {}),
    context.control.call('checks.list', {}),
  ]);
  const names = new Map(checks.map(({ id, name }) => [id, name]));
  context.show(result, () => {
    if (result.maintenance.length === 0) return ['nothing is planned'];
    const rows = result.maintenance.map((window) => [
      String(window.id),
      window.title,
      whenText(window.when),
      window.checks.length === 0 ? 'all' : window.checks.map((id) => names.get(id) ?? '-').join(', '),
    ]);
    const titles = [{ title: 'id' }, { title: 'what' }, { title: 'when' }];
    return renderTable(
      [...titles, { title: 'checks', flexible: true }],
      rows,
      context.width,
      context.style.dim,
    );
  });
  return 0;
}

async function add(context: VerbContext, title: string | undefined): Promise<number> {
  if (title === undefined) throw new UsageError('what is it called?', 'See `windlass help maintenance`.');
  const when = whenOf(context);
  const { checks } = await context.control.call('checks.list', {});
  const wanted = shape.safeParse({
    ...{ id: 0, title, when },
    checks: namedIds(context.flags.text('checks'), checks, 'check'),
  });
  if (!wanted.success) {
    const field = String(wanted.error.issues[0]?.path.join('.'));
    throw new UsageError(`${field} does not fit`, 'See `windlass help maintenance`.');
  }
  const result = await context.control.call('maintenance.set', { maintenance: wanted.data });
  context.show(result, () => [`${title} is planned: ${whenText(result.maintenance.when)}`]);
  return 0;
}

function whenOf({ flags }: VerbContext): Maintenance['when'] {
  const minutes = flags.whole('minutes', 1, 1440);
  const days = wordsOf(flags.text('days'));
  const [begin, end, at] = ['from', 'to', 'at'].map((name) => flags.text(name));
  if (days.length > 0) {
    if (at === undefined || minutes === undefined || begin !== undefined || end !== undefined) {
      throw new UsageError('work of every week needs --at and --minutes, and neither --from nor --to');
    }
    const timezone = flags.text('zone') ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    return { kind: 'weekly', days: days.map(dayOf), from: at, minutes, timezone };
  }
  if (begin === undefined || (end === undefined) === (minutes === undefined) || at !== undefined) {
    throw new UsageError(
      'when is it?',
      'Once: --from and one of --to and --minutes. Every week: --days, --at, --minutes.',
    );
  }
  const from = momentOf('from', begin);
  return {
    kind: 'once',
    from,
    to: end === undefined ? from + (minutes ?? 0) * 60_000 : momentOf('to', end),
  };
}

function dayOf(word: string): number {
  const day = dayWords.findIndex((each) => word.toLowerCase().startsWith(each));
  if (day !== -1) return day;
  throw new UsageError(`"${word}" is no day`, `Days are ${dayWords.join(', ')}.`);
}

function momentOf(flag: string, text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text) ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new UsageError(`--${flag} does not understand "${text}"`, 'Write a date like 2026-01-31T08:00.');
}

function whenText(when: Maintenance['when']): string {
  if (when.kind === 'once') return `${momentText(when.from)} to ${momentText(when.to)}`;
  const days = when.days.length === 7 ? 'daily' : when.days.map((day) => dayWords[day]).join(', ');
  return `${days} at ${when.from} ${when.timezone}, ${when.minutes} min`;
}

function momentText(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ').concat(' UTC');
}
