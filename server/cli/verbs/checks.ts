/** `windlass checks`: what is looked at, how it fares, one more, one less. */

import { checkSettings } from '../../../shared/uptime/check.ts';
import type { CheckView } from '../../../shared/uptime/contract.ts';
import { agoText, durationText } from '../amounts.ts';
import { stateCell } from '../state-cell.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { Verb, VerbContext } from '../verb.ts';
import { checkFlags, checkGiven } from './check-settings.ts';
import { changedTarget, readTarget } from './check-target.ts';

const actions = ['list', 'add', 'edit', 'run', 'pause', 'resume', 'remove', 'history'] as const;

export const checks: Verb = {
  name: 'checks',
  summary: 'list uptime checks and how they fare, add, change and remove them',
  usage: [
    'checks [list]',
    'checks add NAME TARGET [--SETTING VALUE]…',
    'checks edit NAME [TARGET] [--SETTING VALUE]… [--no-SETTING]…',
    'checks run|pause|resume|remove|history NAME',
  ],
  about: [
    'Every app is checked by itself. TARGET is an address: https://…, tcp://HOST:PORT, tls://HOST:PORT, ping://HOST,',
    'dns://NAME, ws://…, postgres://HOST, mysql://HOST, redis://HOST, instances://APP, cron://APP/NAME; or `push`,',
    'which waits to be called. A setting that does not fit the kind is refused; --SETTING= takes one back.',
    '--headers, --body, --ca and --password take `-` and read stdin; --password takes nothing else.',
  ],
  examples: [
    { what: 'how everything is', line: 'windlass checks' },
    {
      what: 'a page that must say something',
      line: "windlass checks add home https://example.com --expect 'Welcome'",
    },
    {
      what: 'an API that must say ok, soon, under a certificate that lasts',
      line: 'windlass checks add api https://example.com/health --json-path status --json-equals ok --within 800 --cert-days 14',
    },
    {
      what: 'quiet while the database is down',
      line: 'windlass checks edit home --depends-on db --failures 5',
    },
    { what: 'a database inside', line: 'windlass checks add db postgres://10.0.0.5 --private' },
    { what: 'a job that says when it is well', line: 'windlass checks add backup push --every 86400' },
  ],
  arguments: [
    { name: 'ACTION', required: false, completes: actions },
    { name: 'NAME', required: false },
    { name: 'TARGET', required: false },
  ],
  flags: checkFlags,
  run: async (context) => {
    const [action = 'list', name, target] = context.args;
    const known = actions.find((each) => each === action);
    switch (known) {
      case 'list':
        return list(context);
      case 'add':
        return add(context, name, target);
      case 'edit':
        return edit(context, name, target);
      case 'run': {
        const { id } = await named(context, name);
        const result = await context.control.call('checks.run', { id });
        const took = result.ms === null ? '' : ` in ${durationText(result.ms)}`;
        context.show(result, () => [
          `${name}: ${result.outcome}${took}${result.detail === null ? '' : `, ${result.detail}`}`,
        ]);
        return result.outcome === 'up' ? 0 : 1;
      }
      case 'pause':
      case 'resume': {
        const check = await named(context, name);
        const settings = checkSettings.parse(check);
        const paused = known === 'pause';
        const result = await context.control.call('checks.set', { ...settings, id: check.id, paused });
        context.show(result, () => [`${name} is ${paused ? 'paused' : 'checked again'}`]);
        return 0;
      }
      case 'remove': {
        const { id } = await named(context, name);
        context.show(await context.control.call('checks.remove', { id }), () => [`${name} is gone`]);
        return 0;
      }
      case 'history':
        return history(context, name);
      case undefined:
        throw new UsageError(`\`checks\` cannot "${action}"`, `It can ${actions.join(', ')}.`);
    }
  },
};

async function list(context: VerbContext): Promise<number> {
  const result = await context.control.call('checks.list', {});
  const { beats } = await context.control.call('checks.beats', {
    ids: result.checks.map(({ id }) => id).slice(0, 200),
    span: '30d',
  });
  const uptimes = new Map(beats.map(({ id, uptime }) => [id, uptime]));
  const { style, width, now } = context;
  context.show(
    { checks: result.checks.map((check) => ({ ...check, uptime30: uptimes.get(check.id) ?? null })) },
    () => {
      if (result.checks.length === 0)
        return ['nothing is checked: the first deployment brings its own check'];
      const rows = result.checks.map((check) => [
        check.name,
        check.target.kind,
        stateCell(check.status, style),
        check.since === null ? '-' : agoText(check.since, now()),
        check.lastMs === null ? '-' : durationText(check.lastMs),
        percentText(uptimes.get(check.id) ?? null),
        check.detail ?? '',
      ]);
      const titles = ['name', 'kind', 'state', 'since'].map((title) => ({ title }));
      return renderTable(
        [
          ...titles,
          { title: 'time', right: true },
          { title: '30 days', right: true },
          { title: 'detail', flexible: true },
        ],
        rows,
        width,
        style.dim,
      );
    },
  );
  return 0;
}

async function add(
  context: VerbContext,
  name: string | undefined,
  target: string | undefined,
): Promise<number> {
  if (name === undefined || target === undefined) {
    throw new UsageError('a check needs a name and a target', 'See `windlass help checks`.');
  }
  const { checks: others } = await context.control.call('checks.list', {});
  const settings = await checkGiven(context, { name, target: readTarget(target) }, others);
  const result = await context.control.call('checks.add', settings);
  const made = result.check.target;
  context.show(result, () => [
    `${name} is checked every ${durationText(result.check.everySeconds * 1000)}`,
    ...(made.kind === 'push' ? [`call /.windlass/push/${made.token} of any of your hosts`] : []),
  ]);
  return 0;
}

async function edit(
  context: VerbContext,
  name: string | undefined,
  target: string | undefined,
): Promise<number> {
  const check = await named(context, name);
  const { checks: all } = await context.control.call('checks.list', {});
  const base = target === undefined ? check : { ...check, target: changedTarget(check.target, target) };
  const others = all.filter(({ id }) => id !== check.id);
  const settings = await checkGiven(context, base, others);
  const result = await context.control.call('checks.set', { ...settings, id: check.id });
  context.show(result, () => [`${name} is changed`]);
  return 0;
}

async function history(context: VerbContext, name: string | undefined): Promise<number> {
  const { id } = await named(context, name);
  const result = await context.control.call('checks.results', { id });
  const { style, width, now } = context;
  context.show(result, () => {
    if (result.results.length === 0) return ['nothing was found yet'];
    const rows = result.results.map((each) => [
      agoText(each.at, now()),
      stateCell(each.outcome, style),
      each.ms === null ? '-' : durationText(each.ms),
      each.detail ?? '',
    ]);
    const titles = [{ title: 'when' }, { title: 'result' }, { title: 'time', right: true }];
    return renderTable([...titles, { title: 'detail', flexible: true }], rows, width, style.dim);
  });
  return 0;
}

async function named(context: VerbContext, name: string | undefined): Promise<CheckView> {
  if (name === undefined) throw new UsageError('which check?', 'See `windlass checks`.');
  const { checks: all } = await context.control.call('checks.list', {});
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new UsageError(`there is no check "${name}"`, 'See `windlass checks`.');
}

/** Cut, not rounded, so that 100 % means it. */
function percentText(percent: number | null): string {
  return percent === null ? '-' : `${(Math.floor(percent * 100) / 100).toFixed(2)} %`;
}
