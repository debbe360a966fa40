/** `windlass domains`: the hosts and paths that lead to an environment. */

import type { HostSecurity } from '../../../shared/certificates/contract.ts';
import type { Domain } from '../../../shared/proxy/contract.ts';
import { type Aim, aimOf } from '../aim.ts';
import { stateCell } from '../state-cell.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { appArgument, environmentFlag, type Verb, type VerbContext } from '../verb.ts';

const actions = ['list', 'add', 'remove'] as const;

export const domains: Verb = {
  name: 'domains',
  summary: "list, add and remove an app's hosts",
  usage: [
    'domains APP [list] [--env NAME]',
    'domains APP add HOST [--path PREFIX [--keep-prefix]] [--env NAME]',
    'domains APP remove HOST [--path PREFIX] [--env NAME]',
  ],
  examples: [
    { what: 'a host of your own', line: 'windlass domains shop add shop.example.com' },
    { what: 'only a part of a host', line: 'windlass domains api add shop.example.com --path /api' },
    { what: 'any name below', line: "windlass domains shop add '*.shop.example.com'" },
  ],
  arguments: [
    appArgument,
    { name: 'ACTION', required: false, completes: actions },
    { name: 'HOST', required: false },
  ],
  flags: [
    { name: 'path', value: 'PREFIX', summary: 'only paths below this (default: /)' },
    { name: 'keep-prefix', summary: 'add: the app sees the prefix too' },
    environmentFlag,
  ],
  run: async (context) => {
    const aim = aimOf(context);
    const [, action = 'list', host] = context.args;
    const known = actions.find((each) => each === action);
    if (known === undefined) {
      throw new UsageError(`\`domains\` cannot "${action}"`, 'It can list, add and remove.');
    }
    const result = await change(context, aim, known, host);
    // A server older than this command line says nothing of certificates; its domains are shown all the same.
    const { hosts } = await context.control.call('certificates.list', {}).catch(() => ({ hosts: [] }));
    context.show(result, () => domainLines(result.domains, hosts, context));
    return 0;
  },
};

async function change(
  { control, flags }: VerbContext,
  aim: Aim,
  action: (typeof actions)[number],
  host: string | undefined,
): Promise<{ domains: Domain[] }> {
  if (action === 'list') return control.call('domains.list', aim);
  if (host === undefined) {
    throw new UsageError(`\`domains APP ${action}\` needs a host`, 'See `windlass help domains`.');
  }
  const pathPrefix = flags.text('path') ?? '/';
  if (action === 'remove') return control.call('domains.remove', { ...aim, host, pathPrefix });
  return control.call('domains.add', { ...aim, host, pathPrefix, stripPrefix: !flags.on('keep-prefix') });
}

function domainLines(
  list: readonly Domain[],
  security: readonly HostSecurity[],
  { style, width, reach }: VerbContext,
): string[] {
  if (list.length === 0) return ['no hosts: the first deployment gives one'];
  const stateOf = (host: string) => security.find((each) => each.host === host)?.state;
  const needy = security.filter(({ host, todo }) => todo !== null && list.some((each) => each.host === host));
  const rows = list.map((domain) => [
    domain.host,
    domain.pathPrefix,
    domain.pathPrefix === '/' ? '' : domain.stripPrefix ? 'prefix removed' : 'prefix kept',
    domain.given ? { text: 'given', paint: style.dim } : '',
    stateCell(stateOf(domain.host) ?? '', style),
  ]);
  const table = renderTable(
    [
      { title: 'host', flexible: true },
      { title: 'path', flexible: true },
      { title: 'app sees' },
      { title: '' },
      { title: 'https' },
    ],
    rows,
    width,
    style.dim,
  );
  if (needy.length === 0) return table;
  return [
    ...table,
    '',
    `what to do about ${needy.map(({ host }) => host).join(', ')}: \`windlass certs${reach}\``,
  ];
}
