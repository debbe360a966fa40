/** `windlass rules`: what an environment's requests are asked before the app hears of them. */

import type { EnvironmentRules } from '../../../shared/proxy/contract.ts';
import { placePath, type RouteRules, routeRules, ruleFault } from '../../../shared/proxy/rules.ts';
import { type Aim, aimOf } from '../aim.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { appArgument, environmentFlag, type Verb, type VerbContext } from '../verb.ts';

const actions = ['show', 'set', 'clear', 'password', 'open'] as const;

export const rules: Verb = {
  name: 'rules',
  summary: "show and set the rules of an app's requests: redirects, limits, passwords, maintenance",
  usage: [
    'rules APP [show] [--env NAME]',
    'rules APP set KEY=VALUE… [--env NAME]',
    'rules APP clear KEY… [--env NAME]',
    'rules APP password [USER] [--path PLACE] [--env NAME]',
    'rules APP open [USER] [--path PLACE] [--env NAME]',
  ],
  about: [
    `Keys: ${Object.keys(routeRules.shape).join(', ')}.`,
    'A value is JSON, or text where it is none; KEY=- reads it from stdin. What is set here counts at once, in place',
    'of the same key in windlass.json. `password` reads a password from stdin; without USER any name will do.',
    'With --path it is asked for that part alone, and there in place of any other.',
  ],
  examples: [
    { what: 'what holds now', line: 'windlass rules shop' },
    {
      what: 'closed for work, open to the office',
      line: `windlass rules shop set maintenance='{"allow":["203.0.113.7"]}'`,
    },
    { what: 'and open again', line: 'windlass rules shop clear maintenance' },
    {
      what: '100 requests a minute for each visitor',
      line: `windlass rules shop set rates='[{"requests":100,"per":60}]'`,
    },
    {
      what: 'a preview behind a password',
      line: 'windlass rules shop password --env preview < password.txt',
    },
    {
      what: 'one part behind its own',
      line: 'windlass rules shop password ann --path /admin < password.txt',
    },
    {
      what: 'one part for the office alone, one without a password',
      line: `windlass rules shop set places='[{"path":"/admin","allow":["203.0.113.7"]},{"path":"/hooks","open":true}]'`,
    },
    { what: 'under attack', line: `windlass rules shop set challenge='{}'` },
  ],
  arguments: [appArgument, { name: 'ACTION', required: false, completes: actions, rest: true }],
  flags: [
    environmentFlag,
    { name: 'path', value: 'PLACE', summary: 'the part of the app a password is for, like /admin' },
  ],
  run: async (context) => {
    const aim = aimOf(context);
    const [, action = 'show', ...words] = context.args;
    const known = actions.find((each) => each === action);
    if (known === undefined) {
      throw new UsageError(`\`rules\` cannot "${action}"`, 'It can show, set, clear, password and open.');
    }
    const result = await change(context, aim, known, words);
    context.show(result, () => ruleLines(result, context));
    return 0;
  },
};

async function change(
  context: VerbContext,
  aim: Aim,
  action: (typeof actions)[number],
  words: readonly string[],
): Promise<EnvironmentRules> {
  const { control } = context;
  switch (action) {
    case 'show':
      return control.call('rules.get', aim);
    case 'set':
      return control.call('rules.set', { ...aim, rules: await readRules(context, words), clear: [] });
    case 'clear':
      if (words.length === 0) throw new UsageError('which rules?', 'See `windlass help rules`.');
      return control.call('rules.set', { ...aim, rules: {}, clear: [...words] });
    case 'password':
      return control.call('rules.password', {
        ...aim,
        ...placeOf(context),
        user: words[0] ?? '',
        password: await readPassword(context),
      });
    case 'open':
      return control.call('rules.password', {
        ...aim,
        ...placeOf(context),
        user: words[0] ?? '',
        password: null,
      });
  }
}

/** Nothing for the whole environment. */
function placeOf({ flags }: VerbContext): { path?: string } {
  const given = flags.text('path') ?? '';
  const path = given.length > 1 && given.endsWith('/') ? given.slice(0, -1) : given;
  if (path === '' || path === '/') return {};
  const parsed = placePath.safeParse(path);
  if (parsed.success) return { path: parsed.data };
  throw new UsageError(ruleFault(parsed.error), 'Write it like --path /admin.');
}

async function readRules({ io }: VerbContext, words: readonly string[]): Promise<RouteRules> {
  if (words.length === 0) throw new UsageError('which rules?', 'Write KEY=VALUE; see `windlass help rules`.');
  const given: Record<string, unknown> = {};
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals < 1) throw new UsageError(`"${word}" is not KEY=VALUE`, 'See `windlass help rules`.');
    const value = word.slice(equals + 1);
    given[word.slice(0, equals)] = jsonOrText(value === '-' ? await io.stdin.text() : value);
  }
  const parsed = routeRules.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new UsageError(
    ruleFault(parsed.error),
    `There are: ${Object.keys(routeRules.shape).join(', ')}. docs/rules.md has each of them.`,
  );
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.trim();
  }
}

async function readPassword({ io }: VerbContext): Promise<string> {
  if (io.stdin.isTTY) io.stderr.write('password (shown as you type): ');
  const password = (await io.stdin.line())?.trim() ?? '';
  if (password !== '') return password;
  throw new UsageError('there was no password', 'It is read from stdin, one line.');
}

function ruleLines(
  { file, set, users, placeUsers = [] }: EnvironmentRules,
  { style, width }: VerbContext,
): string[] {
  const rows = [
    ...Object.entries(set).map(([key, value]) => [key, JSON.stringify(value), '']),
    ...Object.entries(file)
      .filter(([key]) => !(key in set))
      .map(([key, value]) => [key, JSON.stringify(value), { text: 'windlass.json', paint: style.dim }]),
    ...[{ path: '', users }, ...placeUsers].flatMap(({ path, users: own }) =>
      own.map((user) => [`password ${path}`.trim(), user === '' ? 'for any name' : `of ${user}`, '']),
    ),
  ];
  if (rows.length === 0) return ['no rules: every request goes to the app'];
  return renderTable(
    [{ title: 'rule' }, { title: 'value', flexible: true }, { title: '' }],
    rows,
    width,
    style.dim,
  );
}
