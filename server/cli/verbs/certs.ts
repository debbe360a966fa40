/** `windlass certs`: what each host shows to browsers, what is to do about it, and who signs. */

import { resolve } from 'node:path';
import {
  challengeKind,
  dnsProviderKind,
  type HostSecurity,
  httpsRule,
} from '../../../shared/certificates/contract.ts';
import { readAssignments } from '../assignments.ts';
import { stateCell } from '../state-cell.ts';
import { renderTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { Verb, VerbContext } from '../verb.ts';

const actions = ['list', 'setup', 'order', 'add', 'remove', 'rules', 'provider', 'forget-provider'] as const;

export const certs: Verb = {
  name: 'certs',
  summary: 'certificates: their state, who signs them, your own',
  usage: [
    'certs [list]',
    'certs setup --email ADDRESS --agree-to-terms [--ca URL] [--trust FILE] [--resolver ADDRESS]',
    'certs order HOST',
    'certs add --cert FILE --key FILE',
    'certs remove ID',
    'certs rules HOST [--https auto|always|never] [--hsts SECONDS] [--challenge KIND] [--provider NAME]',
    'certs provider NAME KIND K=V…',
    'certs forget-provider NAME',
  ],
  about: [
    'A host is shown a self-signed certificate until a trusted one is there. After `setup` (once) one is ordered',
    "for every public host and renewed by itself; the authority is Let's Encrypt, or the one at --ca.",
    `DNS providers: ${dnsProviderKind.options.join(', ')}. They are needed for wildcards. K=- reads the value from stdin,`,
    'which keeps it out of the process list. All but the last two want token; route53 wants accessKeyId and',
    'secretAccessKey; rfc2136 wants server, key and secret.',
  ],
  examples: [
    { what: 'how every host fares', line: 'windlass certs' },
    {
      what: "agree to the authority's terms; orders begin",
      line: 'windlass certs setup --email me@example.com --agree-to-terms',
    },
    {
      what: 'a wildcard: who runs its DNS',
      line: 'windlass certs provider dns cloudflare token=- < token.txt',
    },
    {
      what: 'and then by which way it is proven',
      line: "windlass certs rules '*.example.com' --challenge dns-01 --provider dns",
    },
    { what: 'a certificate of your own', line: 'windlass certs add --cert fullchain.pem --key privkey.pem' },
    { what: 'tell browsers to come by HTTPS only', line: 'windlass certs rules example.com --hsts 63072000' },
  ],
  arguments: [
    { name: 'ACTION', required: false, completes: actions },
    { name: 'WHAT', required: false, rest: true },
  ],
  flags: [
    { name: 'email', value: 'ADDRESS', summary: 'setup: where the authority writes to' },
    { name: 'agree-to-terms', summary: "setup: agree to the authority's terms of service" },
    { name: 'ca', value: 'URL', summary: "setup: another authority's ACME directory" },
    {
      name: 'trust',
      value: 'FILE',
      summary: "setup: root of the directory's own certificate",
      completes: 'file',
    },
    { name: 'resolver', value: 'ADDRESS', summary: "setup: DNS server to ask, where not the system's" },
    { name: 'cert', value: 'FILE', summary: 'add: the chain as PEM, the host first', completes: 'file' },
    { name: 'key', value: 'FILE', summary: 'add: its key as PEM', completes: 'file' },
    {
      name: 'https',
      value: 'RULE',
      summary: 'rules: whether plain HTTP is led to HTTPS',
      completes: httpsRule.options,
    },
    { name: 'hsts', value: 'SECONDS', summary: 'rules: how long browsers insist on HTTPS; 0 for not' },
    {
      name: 'challenge',
      value: 'KIND',
      summary: 'rules: how the host is proven',
      completes: challengeKind.options,
    },
    { name: 'provider', value: 'NAME', summary: 'rules: the DNS provider for dns-01' },
  ],
  run: async (context) => {
    const [action = 'list', ...words] = context.args;
    const known = actions.find((each) => each === action);
    switch (known) {
      case 'list':
        return list(context);
      case 'setup':
        return setup(context);
      case 'order':
        return showHost(
          context,
          await context.control.call('certificates.order', { host: one(words, 'a host') }),
        );
      case 'add':
        return add(context);
      case 'remove': {
        const id = Number(one(words, 'the number of a certificate'));
        if (!Number.isInteger(id))
          throw new UsageError(`"${words[0]}" is no number`, 'See `windlass certs`.');
        const gone = await context.control.call('certificates.remove', { id });
        context.show(gone, () => [`certificate ${id} is gone`]);
        return 0;
      }
      case 'rules':
        return rules(context, one(words, 'a host'));
      case 'provider':
        return provider(context, words);
      case 'forget-provider': {
        const name = one(words, 'a name');
        const gone = await context.control.call('certificates.forgetProvider', { name });
        context.show(gone, () => [`${name} is forgotten`]);
        return 0;
      }
      default:
        throw new UsageError(`\`certs\` cannot "${action}"`, `It can ${actions.join(', ')}.`);
    }
  },
};

async function list(context: VerbContext): Promise<number> {
  const result = await context.control.call('certificates.list', {});
  context.show(result, () => {
    const { style, width } = context;
    const title = { title: 'until' };
    const rows = result.hosts.map((host) => [
      host.host,
      stateCell(host.state, style),
      host.certificate === null ? '' : day(host.certificate.notAfter),
      host.certificate === null ? '' : `${host.certificate.issuer} (${host.certificate.id})`,
    ]);
    const table = renderTable(
      [{ title: 'host', flexible: true }, { title: 'state' }, title, { title: 'signed by', flexible: true }],
      rows,
      width,
      style.dim,
    );
    const needy = result.hosts.filter(({ state, todo }) => todo !== null || state === 'waiting');
    const notes = needy.flatMap((host) => ['', ...sentences(host)]);
    const authority =
      result.acme === null ? 'no authority was set up' : `orders go to ${result.acme.directory}`;
    if (rows.length === 0) return ['no hosts: the first deployment gives one', authority];
    return [...table, ...notes, '', authority];
  });
  return 0;
}

async function setup(context: VerbContext): Promise<number> {
  const { flags } = context;
  const email = flags.text('email');
  if (email === undefined || !flags.on('agree-to-terms')) {
    throw new UsageError(
      "`certs setup` needs --email and, once you have read the authority's terms, --agree-to-terms",
      "Let's Encrypt's are at https://letsencrypt.org/repository/.",
    );
  }
  const ca = flags.text('ca');
  const trust = flags.text('trust');
  const resolver = flags.text('resolver');
  const result = await context.control.call('certificates.setup', {
    email,
    agreed: true,
    ...(ca === undefined ? {} : { directory: ca }),
    ...(trust === undefined ? {} : { trust: await fileText(context, trust) }),
    ...(resolver === undefined ? {} : { resolver }),
  });
  context.show(result, () => ['certificates are ordered from now on; `windlass certs` shows how it goes']);
  return 0;
}

async function add(context: VerbContext): Promise<number> {
  const cert = context.flags.text('cert');
  const key = context.flags.text('key');
  if (cert === undefined || key === undefined) {
    throw new UsageError('`certs add` needs --cert FILE and --key FILE', 'Both are PEM.');
  }
  const added = await context.control.call('certificates.upload', {
    chain: await fileText(context, cert),
    key: await fileText(context, key),
  });
  context.show(added, () => [
    `certificate ${added.id} for ${added.names.join(', ')} is shown until ${day(added.notAfter)}`,
  ]);
  return 0;
}

async function rules(context: VerbContext, host: string): Promise<number> {
  const { flags } = context;
  const https = chosen('https', flags.text('https'), httpsRule.options);
  const challenge = chosen('challenge', flags.text('challenge'), challengeKind.options);
  const hsts = flags.whole('hsts', 0, 63_072_000);
  const wanted = flags.text('provider');
  const result = await context.control.call('certificates.rules', {
    host,
    ...(https === undefined ? {} : { https }),
    ...(hsts === undefined ? {} : { hsts }),
    ...(challenge === undefined ? {} : { challenge }),
    ...(wanted === undefined ? {} : { provider: wanted }),
  });
  return showHost(context, result);
}

async function provider(context: VerbContext, [name, kind, ...words]: readonly string[]): Promise<number> {
  const known = chosen('kind', kind, dnsProviderKind.options);
  if (name === undefined || known === undefined) {
    throw new UsageError(
      '`certs provider` needs a name and a kind',
      `Kinds: ${dnsProviderKind.options.join(', ')}.`,
    );
  }
  const settings = await readAssignments(context.io, words, 'setting', () => undefined);
  const result = await context.control.call('certificates.provider', { name, kind: known, settings });
  context.show(result, () => [`${name} answers for hosts whose rules name it`]);
  return 0;
}

function showHost(context: VerbContext, host: HostSecurity): number {
  context.show(host, () => sentences(host));
  return 0;
}

function sentences({ host, message, todo }: HostSecurity): string[] {
  return [`${host}: ${message}.`, ...(todo === null ? [] : [`  ${todo}`])];
}

function chosen<T extends string>(what: string, text: string | undefined, of: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const found = of.find((each) => each === text);
  if (found === undefined)
    throw new UsageError(`there is no ${what} "${text}"`, `Choose one of ${of.join(', ')}.`);
  return found;
}

function one(words: readonly string[], what: string): string {
  const [word] = words;
  if (word === undefined) throw new UsageError(`it needs ${what}`, 'See `windlass help certs`.');
  return word;
}

async function fileText(context: VerbContext, path: string): Promise<string> {
  const file = Bun.file(resolve(context.io.cwd, path));
  if (!(await file.exists()))
    throw new UsageError(`there is no file ${path}`, 'Paths start at the current folder.');
  return file.text();
}

const day = (at: number) => new Date(at).toISOString().slice(0, 10);
