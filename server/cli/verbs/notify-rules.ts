/** `windlass notify-rules`: which notices go to which channels, and when. */

import type { Channel } from '../../../shared/notify/contract.ts';
import { severities } from '../../../shared/notify/notice.ts';
import { type Rule, rule as shape, usualRule } from '../../../shared/notify/rule.ts';
import { namedIds, wordsOf } from '../named-ids.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { Verb, VerbContext } from '../verb.ts';

const actions = ['list', 'add', 'remove'] as const;

export const notifyRules: Verb = {
  name: 'notify-rules',
  summary: 'say which notices go to which channels, when, and what happens while nobody reacts',
  usage: [
    'notify-rules [list]',
    'notify-rules add NAME --to CHANNEL,… [--kinds KIND,…] [--apps APP,…] [--severity S] [--no-recovery]',
    '    [--quiet HH:MM-HH:MM [--zone ZONE] [--quiet-critical]] [--group S] [--escalate-after MIN --escalate-to CHANNEL,…]',
    'notify-rules remove NAME',
  ],
  about: [
    'A notice goes where any rule sends it. Without rules every channel hears of warnings and worse, and of their end;',
    'with the first rule that no longer holds. `windlass notify` has the channels.',
  ],
  examples: [
    {
      what: 'what hurts wakes somebody',
      line: 'windlass notify-rules add night --to phone --severity critical',
    },
    {
      what: 'the shop, not at night, and the boss after a quarter of an hour',
      line: 'windlass notify-rules add shop --to mail --apps shop --quiet 22:00-07:00 --escalate-after 15 --escalate-to boss',
    },
    {
      what: 'news of errors, together',
      line: "windlass notify-rules add errors --to chat --kinds 'issue.*' --group 300",
    },
  ],
  arguments: [
    { name: 'ACTION', required: false, completes: actions },
    { name: 'NAME', required: false },
  ],
  flags: [
    { name: 'to', value: 'CHANNELS', summary: 'add: names of channels, with commas' },
    { name: 'kinds', value: 'KINDS', summary: 'add: check.down, deployment.*, issue.new … (default: all)' },
    { name: 'apps', value: 'APPS', summary: 'add: with commas (default: all, and what belongs to none)' },
    { name: 'severity', value: 'S', summary: 'add: from this on (default: warning)', completes: severities },
    { name: 'no-recovery', summary: 'add: not told when it is over' },
    { name: 'quiet', value: 'FROM-TO', summary: 'add: what comes between is told together when it ends' },
    {
      name: 'zone',
      value: 'ZONE',
      summary: 'add: whose clock --quiet means (default: that of this computer)',
    },
    { name: 'quiet-critical', summary: 'add: hold back even what is critical' },
    {
      name: 'group',
      value: 'S',
      summary: 'add: told together what comes within so many seconds (default: 0)',
    },
    { name: 'escalate-after', value: 'MIN', summary: 'add: minutes until it goes to others, too' },
    { name: 'escalate-to', value: 'CHANNELS', summary: 'add: those others' },
  ],
  run: async (context) => {
    const [action = 'list', name] = context.args;
    switch (actions.find((each) => each === action)) {
      case 'list':
        return list(context);
      case 'add':
        return add(context, name);
      case 'remove': {
        const { rules } = await context.control.call('notify.rules', {});
        const found = rules.find((each) => each.name === name);
        if (found === undefined) {
          throw new UsageError(`there is no rule "${name ?? ''}"`, 'See `windlass notify-rules`.');
        }
        const result = await context.control.call('notify.removeRule', { id: found.id });
        context.show(result, () => [`${name} is gone`]);
        return 0;
      }
      case undefined:
        throw new UsageError(`\`notify-rules\` cannot "${action}"`, `It can ${actions.join(', ')}.`);
    }
  },
};

async function list(context: VerbContext): Promise<number> {
  const [result, { channels }] = await Promise.all([
    context.control.call('notify.rules', {}),
    context.control.call('notify.channels', {}),
  ]);
  context.show(result, () => {
    if (result.rules.length === 0) {
      return ['no rules: every channel hears of warnings and worse, and of their end'];
    }
    const rows = result.rules.map((rule) => [
      rule.name,
      namesOf(rule.channels, channels),
      rule.severity,
      [...rule.kinds, ...rule.apps].join(', ') || 'everything',
      moreText(rule, channels),
    ]);
    const titles = [{ title: 'name' }, { title: 'to' }, { title: 'from' }];
    return renderTable(
      [...titles, { title: 'of', flexible: true }, { title: 'more', flexible: true }],
      rows,
      context.width,
      context.style.dim,
    );
  });
  return 0;
}

async function add(context: VerbContext, name: string | undefined): Promise<number> {
  const { flags, control } = context;
  const [{ channels }, { rules }] = await Promise.all([
    control.call('notify.channels', {}),
    control.call('notify.rules', {}),
  ]);
  const to = namedIds(flags.text('to'), channels, 'channel');
  if (name === undefined || to.length === 0) {
    throw new UsageError('a rule needs a name and --to', 'See `windlass help notify-rules`.');
  }
  if (rules.some((each) => each.name === name)) throw new UsageError(`there is a rule "${name}" already`);
  const wanted = shape.safeParse({
    ...{ ...usualRule, id: 0, name, channels: to },
    kinds: wordsOf(flags.text('kinds')),
    apps: wordsOf(flags.text('apps')),
    severity: flags.text('severity') ?? usualRule.severity,
    recovery: !flags.on('no-recovery'),
    quiet: quietOf(context),
    groupSeconds: flags.whole('group', 0, 3600) ?? 0,
    escalation: escalationOf(context, channels),
  });
  if (!wanted.success) {
    const flag = String(wanted.error.issues[0]?.path[0]);
    throw new UsageError(`--${flag} does not fit`, 'See `windlass help notify-rules`.');
  }
  const result = await control.call('notify.setRule', { rule: wanted.data });
  context.show(result, () => [`${name} sends to ${namesOf(to, channels)}`]);
  return 0;
}

function quietOf({ flags }: VerbContext): Rule['quiet'] {
  const text = flags.text('quiet');
  if (text === undefined) return null;
  const [from = '', to = '', ...more] = text.split('-');
  if (more.length > 0 || to === '') {
    throw new UsageError(`--quiet does not understand "${text}"`, 'Write 22:00-07:00.');
  }
  const timezone = flags.text('zone') ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { from, to, timezone, critical: flags.on('quiet-critical') };
}

function escalationOf({ flags }: VerbContext, channels: readonly Channel[]): Rule['escalation'] {
  const afterMinutes = flags.whole('escalate-after', 1, 1440);
  const to = namedIds(flags.text('escalate-to'), channels, 'channel');
  if (afterMinutes === undefined && to.length === 0) return null;
  if (afterMinutes === undefined || to.length === 0) {
    throw new UsageError('to escalate needs both --escalate-after and --escalate-to');
  }
  return { afterMinutes, channels: to };
}

function moreText({ quiet, groupSeconds, escalation, recovery }: Rule, channels: readonly Channel[]): string {
  return [
    ...(quiet === null ? [] : [`quiet ${quiet.from}-${quiet.to} ${quiet.timezone}`]),
    ...(groupSeconds === 0 ? [] : [`together within ${groupSeconds} s`]),
    ...(escalation === null
      ? []
      : [`after ${escalation.afterMinutes} min ${namesOf(escalation.channels, channels)}`]),
    ...(recovery ? [] : ['without its end']),
  ].join('; ');
}

function namesOf(ids: readonly number[], channels: readonly Channel[]): string {
  return ids.map((id) => channels.find((each) => each.id === id)?.name ?? '-').join(', ');
}
