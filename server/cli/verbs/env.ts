/** `windlass env`: the variables of an environment. Values are shown only when asked for. */

import { variableName } from '../../../shared/names.ts';
import { type Aim, aimOf } from '../aim.ts';
import { countText } from '../amounts.ts';
import { readAssignments } from '../assignments.ts';
import { follow, followFlags } from '../follow.ts';
import { againText } from '../outcome.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { appArgument, environmentFlag, type Verb, type VerbContext } from '../verb.ts';

const actions = ['list', 'set', 'unset'] as const;
const masked = '••••••••';

export const env: Verb = {
  name: 'env',
  summary: "list, set and unset an app's variables",
  usage: [
    'env APP [list] [--show] [--env NAME]',
    'env APP set K=V… [--apply] [--env NAME]',
    'env APP unset K… [--apply] [--env NAME]',
  ],
  about: [
    'Changes take effect with the next deployment, or at once with --apply. K=- reads the value from stdin,',
    'which keeps it out of the process list and of the history of the shell.',
  ],
  examples: [
    { what: 'names, values hidden', line: 'windlass env shop' },
    {
      what: 'two variables, and a restart without a gap',
      line: 'windlass env shop set LOG=debug TZ=UTC --apply',
    },
    { what: 'a secret from a file', line: 'windlass env shop set API_KEY=- < key.txt' },
    { what: 'one goes', line: 'windlass env shop unset LOG' },
  ],
  arguments: [appArgument, { name: 'ACTION', required: false, completes: actions, rest: true }],
  flags: [
    { name: 'show', summary: 'list: print values too' },
    { name: 'apply', summary: 'set, unset: restart the app with them now' },
    environmentFlag,
    ...followFlags,
  ],
  run: async (context) => {
    const aim = aimOf(context);
    const action = context.args[1] ?? 'list';
    const words = context.args.slice(2);
    switch (actions.find((each) => each === action)) {
      case 'list':
        if (words.length > 0)
          throw new UsageError('`env APP list` takes nothing more', 'See `windlass help env`.');
        return list(context, aim);
      case 'set':
        return change(context, aim, await readAssignments(context.io, words, 'variable', checkName), []);
      case 'unset':
        for (const name of words) checkName(name);
        return change(context, aim, {}, words);
      case undefined:
        throw new UsageError(
          `\`env\` cannot "${action}"`,
          action.includes('=')
            ? `Did you mean \`windlass env ${aim.app} set ${action.split('=')[0]}=…\`?`
            : 'It can list, set and unset.',
        );
    }
  },
};

async function list(context: VerbContext, aim: Aim): Promise<number> {
  const { variables } = await context.control.call('env.list', aim);
  const show = context.flags.on('show');
  const shown = variables.map(({ name, value }) => ({ name, value: show ? value : masked }));
  context.show({ variables: shown }, () => {
    if (shown.length === 0) return [`no variables: \`windlass env ${aim.app} set K=V\` adds the first`];
    const rows = shown.map(({ name, value }) => [name, value.includes('\n') ? JSON.stringify(value) : value]);
    return renderTable(
      [{ title: 'name' }, { title: 'value', flexible: !show }],
      rows,
      context.width,
      context.style.dim,
    );
  });
  return 0;
}

async function change(
  context: VerbContext,
  aim: Aim,
  set: Record<string, string>,
  unset: string[],
): Promise<number> {
  const count = Object.keys(set).length + unset.length;
  if (count === 0) throw new UsageError('which variables?', 'See `windlass help env`.');
  const apply = context.flags.on('apply');
  const result = await context.control.call('env.set', { ...aim, set, unset, apply });
  const done = `${countText(count, 'variable')} ${unset.length > 0 ? 'unset' : 'set'}`;
  if (result.deployment !== null) {
    context.say(done);
    return follow(context, result.deployment);
  }
  context.show(result, () => [
    `${done}; takes effect with the next deployment, or now with \`windlass restart ${aim.app}${againText(aim.environment, context.reach)}\``,
  ]);
  return 0;
}

function checkName(name: string): void {
  const parsed = variableName.safeParse(name);
  if (parsed.success) return;
  throw new UsageError(
    `"${name}" is not a name for a variable`,
    'It has letters, digits and _, and no digit first.',
  );
}
