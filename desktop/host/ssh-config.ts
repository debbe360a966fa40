/** The hosts of an OpenSSH client configuration (ssh_config(5)), as far as they make suggestions. Pure. */

import { type SshAddress, sshAddress } from '../../shared/desktop/address.ts';

export interface Suggestion {
  alias: string;
  address: SshAddress;
}

interface Block {
  patterns: string[];
  /** Lower-case keyword to its first value: the first obtained value counts. */
  values: Map<string, string>;
}

/** `user` is the one of this computer, which ssh takes where none is named. */
export function hostsIn(text: string, user: string): Suggestion[] {
  const blocks = blocksOf(text);
  const aliases = [...new Set(blocks.flatMap(({ patterns }) => patterns))].filter(
    (pattern) => !/[*?!]/.test(pattern),
  );
  return aliases.flatMap((alias) => {
    const value = (name: string) =>
      blocks
        .filter(({ patterns }) => matches(alias, patterns))
        .map(({ values }) => values.get(name))
        .find((each) => each !== undefined);
    const key = value('identityfile');
    const parsed = sshAddress.safeParse({
      kind: 'ssh',
      host: (value('hostname') ?? alias).replaceAll('%h', alias),
      port: Number(value('port') ?? 22),
      user: value('user') ?? user,
      auth: key === undefined ? { kind: 'agent' } : { kind: 'key', path: key },
      ...jumpOf(value('proxyjump'), user, key),
    });
    return parsed.success ? [{ alias, address: parsed.data }] : [];
  });
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [{ patterns: ['*'], values: new Map() }];
  for (const line of text.split(/\r?\n/)) {
    const [, name, rest] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || rest === undefined || rest === '') continue;
    const keyword = name.toLowerCase();
    const value = rest.replace(/^"(.*)"$/, '$1');
    if (keyword === 'host') blocks.push({ patterns: value.split(/\s+/), values: new Map() });
    // Conditions of `Match` need a connection to be judged, so its block suggests nothing.
    else if (keyword === 'match') blocks.push({ patterns: [], values: new Map() });
    else {
      const values = blocks.at(-1)?.values;
      if (values !== undefined && !values.has(keyword)) values.set(keyword, value);
    }
  }
  return blocks;
}

function matches(alias: string, patterns: readonly string[]): boolean {
  const fits = (pattern: string) =>
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    ).test(alias);
  return (
    patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))
  );
}

/** One hop of `user@host:port`; chains are left for the person to enter. */
function jumpOf(text: string | undefined, user: string, key: string | undefined): object {
  const [, name, host, port] = /^(?:([^@\s,]+)@)?([^:\s,]+)(?::(\d+))?$/.exec(text ?? '') ?? [];
  if (host === undefined || host === 'none') return {};
  const auth = key === undefined ? { kind: 'agent' } : { kind: 'key', path: key };
  return { jump: { host, port: Number(port ?? 22), user: name ?? user, auth } };
}
