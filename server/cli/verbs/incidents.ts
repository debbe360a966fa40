/** `windlass incidents`: what is wrong and was, and taking care of it. */

import type { Incident } from '../../../shared/uptime/contract.ts';
import { agoText, durationText } from '../amounts.ts';
import { stateCell } from '../state-cell.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { Verb, VerbContext } from '../verb.ts';

const actions = ['list', 'show', 'open', 'ack', 'note', 'resolve'] as const;

export const incidents: Verb = {
  name: 'incidents',
  summary: 'list incidents, see how one went, acknowledge and resolve them',
  usage: [
    'incidents [list] [--open]',
    'incidents show ID',
    'incidents ack|resolve ID [--by WHO]',
    'incidents note ID TEXT [--publish] [--by WHO]',
    'incidents open TITLE [TEXT] [--by WHO]',
  ],
  about: [
    'Whatever is wrong for a while has one: checks, deployments, crash loops, disks, errors. Most end by themselves.',
    'What you open yourself, and notes with --publish, are on the status page.',
  ],
  examples: [
    { what: 'what is wrong now', line: 'windlass incidents --open' },
    { what: 'so that nobody else is woken', line: 'windlass incidents ack 12 --by me' },
    { what: 'tell the public', line: "windlass incidents note 12 'A disk is being replaced' --publish" },
  ],
  arguments: [
    { name: 'ACTION', required: false, completes: actions },
    { name: 'ID', required: false },
    { name: 'TEXT', required: false },
  ],
  flags: [
    { name: 'open', summary: 'list: only those that are not over' },
    { name: 'publish', summary: 'note: show it on the status page' },
    { name: 'by', value: 'WHO', summary: 'who you are, for the timeline' },
  ],
  run: async (context) => {
    const [action = 'list', id, text] = context.args;
    const by = context.flags.text('by') ?? 'the command line';
    switch (actions.find((each) => each === action)) {
      case 'list':
        return list(context);
      case 'show':
        return show(context, idOf(id));
      case 'ack': {
        const result = await context.control.call('incidents.acknowledge', { id: idOf(id), by });
        context.show(result, () => [`${by} takes care of incident ${id}`]);
        return 0;
      }
      case 'resolve': {
        const result = await context.control.call('incidents.resolve', { id: idOf(id), by });
        context.show(result, () => [`incident ${id} is resolved`]);
        return 0;
      }
      case 'note': {
        if (text === undefined) throw new UsageError('what is the note?', 'See `windlass help incidents`.');
        const publish = context.flags.on('publish');
        const result = await context.control.call('incidents.note', { id: idOf(id), by, text, publish });
        context.show(result, () => [publish ? 'noted and published' : 'noted']);
        return 0;
      }
      case 'open': {
        if (id === undefined) throw new UsageError('what is wrong?', 'See `windlass help incidents`.');
        const result = await context.control.call('incidents.open', { title: id, text: text ?? '', by });
        context.show(result, () => [`incident ${result.incident.id} is open, on the status page too`]);
        return 0;
      }
      case undefined:
        throw new UsageError(`\`incidents\` cannot "${action}"`, `It can ${actions.join(', ')}.`);
    }
  },
};

async function list(context: VerbContext): Promise<number> {
  const result = await context.control.call('incidents.list', { open: context.flags.on('open') });
  const { style, width, now } = context;
  context.show(result, () => {
    if (result.incidents.length === 0) return ['no incidents'];
    const rows = result.incidents.map((incident) => [
      String(incident.id),
      stateCell(incident.state, style),
      incident.severity,
      agoText(incident.openedAt, now()),
      lastedText(incident, now()),
      incident.title,
    ]);
    const titles = ['id', 'state', 'severity', 'since', 'lasted'].map((title) => ({ title }));
    return renderTable([...titles, { title: 'what', flexible: true }], rows, width, style.dim);
  });
  return 0;
}

async function show(context: VerbContext, id: number): Promise<number> {
  const result = await context.control.call('incidents.get', { id });
  const { incident, timeline } = result;
  context.show(result, () => [
    `${incident.title} (${incident.state}, ${lastedText(incident, context.now())})`,
    ...(incident.app === null
      ? []
      : [
          `${incident.app}/${incident.environment}, release ${incident.release ?? '-'}, deployment ${incident.deployment ?? '-'}`,
        ]),
    '',
    ...timeline.map(
      ({ at, by, text }) => `${new Date(at).toISOString()}  ${by === null ? '' : `${by}: `}${text}`,
    ),
  ]);
  return 0;
}

function lastedText({ openedAt, resolvedAt }: Incident, now: number): string {
  return durationText((resolvedAt ?? now) - openedAt);
}

function idOf(text: string | undefined): number {
  if (text === undefined || !/^\d+$/.test(text))
    throw new UsageError('which incident?', 'See `windlass incidents`.');
  return Number(text);
}
