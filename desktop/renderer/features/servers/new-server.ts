/** What a person typed about a server, made into an address. Pure. */

import type { Auth, SshAddress } from '../../../../shared/desktop/address.ts';

export interface Typed {
  name: string;
  /** `user@host:port`, each part but the host optional. */
  target: string;
  auth: Auth['kind'];
  keyPath: string;
}

export type NewServer = { kind: 'address'; name: string; address: SshAddress } | { kind: 'incomplete' };

const targetForm = /^(?:([^@\s]+)@)?(\[[0-9a-fA-F:]+\]|[^@\s:]+)(?::(\d{1,5}))?$/;

/** The user is root where none was typed. */
export function newServer({ name, target, auth, keyPath }: Typed): NewServer {
  const found = targetForm.exec(target.trim().replace(/^ssh\s+|^ssh:\/\//, ''));
  const [, user = 'root', host = '', port = '22'] = found ?? [];
  const number = Number(port);
  if (found === null || number < 1 || number > 65_535 || host.startsWith('-')) return { kind: 'incomplete' };
  if (auth === 'key' && keyPath.trim() === '') return { kind: 'incomplete' };
  return {
    kind: 'address',
    name: name.trim() || host,
    address: {
      kind: 'ssh',
      host: host.replace(/^\[|\]$/g, ''),
      port: number,
      user,
      auth: auth === 'key' ? { kind: 'key', path: keyPath.trim() } : { kind: auth },
    },
  };
}
