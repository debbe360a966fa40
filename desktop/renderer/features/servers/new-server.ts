/** What a person typed about a server, made into an address. Pure. */

import type { Auth, SshAddress } from '../../../../shared/desktop/address.ts';

export interface Typed {
  name: string;
  /** `user@host:port`, each part but the host optional. */
  target: string;
  auth: Auth['kind'];
  keyPath: string;
  /** The machine in between, written like `target`; empty for none. */
  jump: string;
}

export type NewServer = { kind: 'address'; name: string; address: SshAddress } | { kind: 'incomplete' };

const targetForm = /^(?:([^@\s]+)@)?(\[[0-9a-fA-F:]+\]|[^@\s:]+)(?::(\d{1,5}))?$/;

/** The user is root where none was typed. */
export function newServer({ name, target, auth, keyPath, jump }: Typed): NewServer {
  const at = readTarget(target);
  const between = jump.trim() === '' ? undefined : readTarget(jump);
  if (at === null || between === null) return { kind: 'incomplete' };
  if (auth === 'key' && keyPath.trim() === '') return { kind: 'incomplete' };
  const proof: Auth = auth === 'key' ? { kind: 'key', path: keyPath.trim() } : { kind: auth };
  return {
    kind: 'address',
    name: name.trim() || at.host,
    address: {
      kind: 'ssh',
      ...at,
      auth: proof,
      ...(between === undefined ? {} : { jump: { ...between, auth: proof } }),
    },
  };
}

/** As it is written for ssh; null for what is none. */
function readTarget(text: string): { user: string; host: string; port: number } | null {
  const found = targetForm.exec(text.trim().replace(/^ssh\s+|^ssh:\/\//, ''));
  const [, user = 'root', host = '', port = '22'] = found ?? [];
  const number = Number(port);
  if (found === null || number < 1 || number > 65_535 || host.startsWith('-')) return null;
  return { user, host: host.replace(/^\[|\]$/g, ''), port: number };
}

/** The inverse, as a person would type it. */
export function targetText({ user, host, port }: Pick<SshAddress, 'user' | 'host' | 'port'>): string {
  return `${user}@${host.includes(':') ? `[${host}]` : host}${port === 22 ? '' : `:${port}`}`;
}
