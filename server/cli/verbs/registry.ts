/** `windlass registry`: logins of image registries, for all apps or for one. */

import type { RegistryLoginRow } from '../../../shared/deployer/registries-contract.ts';
import { agoText } from '../amounts.ts';
import { readSecretLine } from '../secret-line.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { Verb, VerbContext } from '../verb.ts';

const actions = ['list', 'add', 'remove', 'check'] as const;

export const registry: Verb = {
  name: 'registry',
  summary: 'logins of image registries, for all apps or for one',
  usage: [
    'registry [list]',
    'registry add HOST --user NAME [--app APP] [--unchecked]',
    'registry check HOST [--app APP]',
    'registry remove HOST [--app APP]',
  ],
  about: [
    'The password, or better an access token, is read from stdin or asked for; it is kept encrypted, and never shown',
    'again. It is used where `--image`, a FROM line or a Compose file names an image of that registry; the login of the',
    'app itself comes first, then that for all apps, then what `docker login` left on the server. Docker Hub is docker.io.',
  ],
  examples: [
    { what: 'a token from a file', line: 'windlass registry add ghcr.io --user me < token.txt' },
    {
      what: 'for one app alone',
      line: 'windlass registry add registry.example.com:5000 --user ci --app shop',
    },
    { what: 'whether it is still taken', line: 'windlass registry check ghcr.io' },
  ],
  arguments: [
    { name: 'ACTION', required: false, completes: actions },
    { name: 'HOST', required: false },
  ],
  flags: [
    { name: 'user', value: 'NAME', summary: 'add: the name to log in with' },
    { name: 'app', value: 'APP', summary: 'the login of this app alone', completes: 'app' },
    { name: 'unchecked', summary: 'add: keep it without asking the registry whether it is good' },
  ],
  run: async (context) => {
    const [action = 'list', host] = context.args;
    const app = context.flags.text('app');
    const whose = () => {
      if (host === undefined) throw new UsageError('which registry?', 'Its host, like ghcr.io or docker.io.');
      return { registry: host, ...(app === undefined ? {} : { app }) };
    };
    switch (actions.find((each) => each === action)) {
      case 'list':
        return list(context);
      case 'add':
        return add(context, whose());
      case 'check': {
        const good = await context.control.call('registries.check', whose());
        context.show(good, () => [`${good.registry} takes the login of ${good.username}`]);
        return 0;
      }
      case 'remove': {
        const gone = await context.control.call('registries.remove', whose());
        context.show(gone, () => [`the login for ${host} is gone; images that are here stay`]);
        return 0;
      }
      case undefined:
        throw new UsageError(`\`registry\` cannot "${action}"`, `It can ${actions.join(', ')}.`);
    }
  },
};

async function list(context: VerbContext): Promise<number> {
  const result = await context.control.call('registries.list', {});
  const { style, width } = context;
  context.show(result, () => {
    const rows = [
      ...result.logins.map((login) => [
        login.registry,
        login.username,
        login.app ?? 'all apps',
        agoText(login.addedAt, context.now()),
      ]),
      ...result.fromDocker.map(({ registry: name, username }) => [
        name,
        username,
        'all apps',
        'docker login',
      ]),
    ];
    if (rows.length === 0) return ['no logins: public images only; `windlass registry add HOST --user NAME`'];
    const titles = [
      { title: 'registry', flexible: true },
      { title: 'user' },
      { title: 'for' },
      { title: 'added' },
    ];
    return renderTable(titles, rows, width, style.dim);
  });
  return 0;
}

async function add(context: VerbContext, whose: { registry: string; app?: string }): Promise<number> {
  const { flags, io } = context;
  const username = flags.text('user');
  if (username === undefined) {
    throw new UsageError('who logs in?', 'Name the user with --user; the password is read from stdin.');
  }
  const password = await readSecretLine(io, `password of ${username} at ${whose.registry}`);
  if (password === '') throw new UsageError('there is no password', 'It is read from stdin, one line.');
  const check = !flags.on('unchecked');
  const added: RegistryLoginRow = await context.control.call('registries.add', {
    ...whose,
    username,
    password,
    check,
  });
  context.show(added, () => [
    `${added.app ?? 'every app'} logs in to ${added.registry} as ${added.username}${check ? ', which it takes' : '; not checked'}`,
  ]);
  return 0;
}
