/** `windlass notify`: where notices go, what was told, and what the other side said. */

import { channelKinds } from '../../../shared/notify/channel-kinds.ts';
import { agoText } from '../amounts.ts';
import { readAssignments } from '../assignments.ts';
import { stateCell } from '../state-cell.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { Verb, VerbContext } from '../verb.ts';

const actions = ['list', 'add', 'set', 'on', 'off', 'remove', 'test', 'log'] as const;

export const notify: Verb = {
  name: 'notify',
  summary: 'say where notices go, test it, see what was delivered',
  usage: [
    'notify [list]',
    'notify add KIND NAME K=V…',
    'notify set NAME K=V…',
    'notify test|on|off|remove NAME',
    'notify log [--limit N]',
  ],
  about: [
    `Kinds: ${channelKinds.map(({ kind }) => kind).join(', ')}. K=- reads the value from stdin, which keeps it`,
    'out of the process list. Without rules every channel hears of warnings and worse, and of their end;',
    '`windlass notify-rules` says who hears of what, and when.',
  ],
  examples: [
    { what: 'push to a phone', line: 'windlass notify add ntfy phone topic=a-long-word-nobody-guesses' },
    {
      what: 'a password from a file',
      line: 'windlass notify add email ops host=smtp.example.com user=me from=me@example.com to=me@example.com password=- < password.txt',
    },
    { what: 'whether it arrives', line: 'windlass notify test phone' },
  ],
  arguments: [
    { name: 'ACTION', required: false, completes: actions },
    { name: 'NAME', required: false, rest: true },
  ],
  flags: [{ name: 'limit', value: 'N', summary: 'log: how many (default: 20)' }],
  run: async (context) => {
    const [action = 'list', ...words] = context.args;
    switch (actions.find((each) => each === action)) {
      case 'list':
        return list(context);
      case 'add':
        return add(context, words);
      case 'log':
        return log(context);
      case 'set': {
        const settings = await settingsOf(context, words.slice(1));
        return change(context, words[0], { settings });
      }
      case 'on':
      case 'off':
        return change(context, words[0], { enabled: action === 'on' });
      case 'test': {
        const { id, name } = await named(context, words[0]);
        const result = await context.control.call('notify.test', { id });
        context.show(result, () => [
          `${name} ${result.sent ? 'took it' : 'did not take it'}: ${result.answer}`,
        ]);
        return result.sent ? 0 : 1;
      }
      case 'remove': {
        const { id, name } = await named(context, words[0]);
        context.show(await context.control.call('notify.removeChannel', { id }), () => [`${name} is gone`]);
        return 0;
      }
      case undefined:
        throw new UsageError(`\`notify\` cannot "${action}"`, `It can ${actions.join(', ')}.`);
    }
  },
};

async function list(context: VerbContext): Promise<number> {
  const result = await context.control.call('notify.channels', {});
  const { style, width } = context;
  context.show(result, () => {
    if (result.channels.length === 0) {
      return ['nobody is told anything: `windlass notify add KIND NAME K=V…` adds the first channel'];
    }
    const rows = result.channels.map((channel) => [
      channel.name,
      channel.kind,
      stateCell(channel.enabled ? (channel.failingSince === null ? 'ok' : 'failing') : 'off', style),
      String(channel.waiting),
      channel.lastAnswer ?? '-',
    ]);
    const titles = [
      { title: 'name' },
      { title: 'kind' },
      { title: 'state' },
      { title: 'waiting', right: true },
    ];
    return renderTable([...titles, { title: 'last answer', flexible: true }], rows, width, style.dim);
  });
  return 0;
}

async function add(context: VerbContext, words: readonly string[]): Promise<number> {
  const [wanted, name, ...rest] = words;
  const kind = channelKinds.find((each) => each.kind === wanted)?.kind;
  if (kind === undefined) {
    throw new UsageError(
      'what kind of channel?',
      `One of ${channelKinds.map((each) => each.kind).join(', ')}.`,
    );
  }
  if (name === undefined) throw new UsageError('what is it called?', 'See `windlass help notify`.');
  const settings = await settingsOf(context, rest);
  const result = await context.control.call('notify.addChannel', { name, kind, settings });
  context.show(result, () => [
    `${name} is added; \`windlass notify test ${name}\` tries it`,
    ...(result.secret === null ? [] : [`its signing secret, shown this once: ${result.secret}`]),
  ]);
  return 0;
}

async function change(
  context: VerbContext,
  wanted: string | undefined,
  to: { enabled?: boolean; settings?: Record<string, string> },
): Promise<number> {
  const { id, name } = await named(context, wanted);
  const result = await context.control.call('notify.setChannel', { id, ...to });
  context.show(result, () => [`${name} is changed`]);
  return 0;
}

async function log(context: VerbContext): Promise<number> {
  const limit = context.flags.whole('limit', 1, 1000) ?? 20;
  const result = await context.control.call('notify.deliveries', { limit });
  const { style, width, now } = context;
  context.show(result, () => {
    if (result.deliveries.length === 0) return ['nothing was told yet'];
    const rows = result.deliveries.map((delivery) => [
      agoText(delivery.notice.at, now()),
      delivery.channel,
      stateCell(delivery.state, style),
      String(delivery.attempts),
      delivery.notice.title,
      delivery.answer ?? '-',
    ]);
    const titles = [
      { title: 'when' },
      { title: 'channel' },
      { title: 'state' },
      { title: 'tries', right: true },
    ];
    return renderTable(
      [...titles, { title: 'notice', flexible: true }, { title: 'answer', flexible: true }],
      rows,
      width,
      style.dim,
    );
  });
  return 0;
}

async function named(context: VerbContext, name: string | undefined): Promise<{ id: number; name: string }> {
  if (name === undefined) throw new UsageError('which channel?', 'See `windlass notify`.');
  const { channels } = await context.control.call('notify.channels', {});
  const found = channels.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = channels.map((each) => each.name).join(', ');
  throw new UsageError(`there is no channel "${name}"`, names === '' ? undefined : `There are: ${names}.`);
}

const settingsOf = (context: VerbContext, words: readonly string[]) =>
  readAssignments(context.io, words, 'setting', () => undefined);
