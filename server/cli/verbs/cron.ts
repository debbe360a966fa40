/** `windlass cron`: scheduled commands, what ran, and running one now. */

import type { CronRun } from '../../../shared/deployer/cron-contract.ts';
import { type Aim, aimOf } from '../aim.ts';
import { agoText, durationText } from '../amounts.ts';
import { stateCell } from '../state-cell.ts';
import { printable } from '../style.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { appArgument, environmentFlag, type Verb, type VerbContext } from '../verb.ts';

const actions = ['list', 'run', 'history'] as const;

export const cron: Verb = {
  name: 'cron',
  summary: 'list scheduled commands, run one now, see what ran',
  usage: ['cron APP [list]', 'cron APP run NAME', 'cron APP history [NAME] [--limit N]'],
  about: [
    'Schedules are in "cron" of windlass.json. They run in the live release of production; in other',
    'environments only by hand. A run that was due while the server was down is made up for within an hour.',
  ],
  examples: [
    { what: 'what is scheduled, and when it is due', line: 'windlass cron shop' },
    { what: 'one of them, now', line: 'windlass cron shop run tidy' },
    { what: 'how the last ones ended', line: 'windlass cron shop history tidy' },
  ],
  arguments: [appArgument, { name: 'ACTION', required: false, completes: actions, rest: true }],
  flags: [{ name: 'limit', value: 'N', summary: 'history: how many (default: 20)' }, environmentFlag],
  run: async (context) => {
    const aim = aimOf(context);
    const [, action = 'list', name, extra] = context.args;
    if (extra !== undefined) throw new UsageError(`what is "${extra}"?`, 'See `windlass help cron`.');
    switch (actions.find((each) => each === action)) {
      case 'list':
        return list(context, aim);
      case 'run':
        if (name === undefined) throw new UsageError('which one?', `See \`windlass cron ${aim.app}\`.`);
        return runNow(context, aim, name);
      case 'history':
        return history(context, aim, name);
      case undefined:
        throw new UsageError(`\`cron\` cannot "${action}"`, 'It can list, run and history.');
    }
  },
};

async function list(context: VerbContext, aim: Aim): Promise<number> {
  const result = await context.control.call('cron.list', aim);
  const { style, width, now } = context;
  context.show(result, () => {
    if (result.jobs.length === 0) {
      return [`no scheduled commands: "cron" in the windlass.json of ${aim.app} adds the first`];
    }
    const rows = result.jobs.map((job) => [
      job.name,
      job.schedule,
      job.timezone,
      job.next === null ? 'by hand' : `in ${durationText(job.next - now())}`,
      job.last === null ? '-' : `${job.last.state} ${agoText(job.last.dueAt, now())}`,
      job.command,
    ]);
    const titles = ['name', 'schedule', 'time zone', 'next', 'last'].map((title) => ({ title }));
    return renderTable([...titles, { title: 'command', flexible: true }], rows, width, style.dim);
  });
  return 0;
}

async function runNow(context: VerbContext, aim: Aim, name: string): Promise<number> {
  const json = context.flags.on('json');
  const { io, style } = context;
  const run = await context.control.stream('cron.run', { ...aim, name }, (event) =>
    io.stdout.write(`${json ? JSON.stringify(event) : printable(event.text, style.colour)}\n`),
  );
  if (json) io.stdout.write(`${JSON.stringify(run)}\n`);
  else io.stderr.write(`${name}: ${run.state}${run.exit === null ? '' : ` (${run.exit})`}\n`);
  return run.state === 'done' ? 0 : 1;
}

async function history(context: VerbContext, aim: Aim, name: string | undefined): Promise<number> {
  const limit = context.flags.whole('limit', 1, 1000) ?? 20;
  const result = await context.control.call('cron.history', {
    ...aim,
    limit,
    ...(name === undefined ? {} : { name }),
  });
  const { style, width, now } = context;
  context.show(result, () => {
    if (result.runs.length === 0) return ['nothing ran yet'];
    const rows = result.runs.map((run) => [
      run.name,
      stateCell(run.state, style),
      run.cause,
      agoText(run.dueAt, now()),
      tookText(run),
      run.release === null ? '-' : String(run.release),
      [run.exit, run.tail.at(-1)].filter((text) => text !== null && text !== undefined).join(': '),
    ]);
    const titles = ['name', 'state', 'cause', 'when', 'took', 'release'].map((title) => ({ title }));
    return renderTable([...titles, { title: 'end', flexible: true }], rows, width, style.dim);
  });
  return 0;
}

function tookText({ startedAt, endedAt }: CronRun): string {
  return startedAt === null || endedAt === null ? '' : durationText(endedAt - startedAt);
}
