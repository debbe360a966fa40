/** From an address to an ssh line, through the machine in between where there is one. */

import type { HostKey, Secrets, SshAddress } from '../../shared/desktop/address.ts';
import type { ConnectionEvent } from './connection-machine.ts';
import { type Opening, openSsh, type SshLine, type SshSurroundings } from './ssh.ts';

export interface LineWish {
  address: SshAddress;
  hostKey: HostKey | null;
  jumpHostKey: HostKey | null;
  secrets: Secrets;
}

export type LineOpening =
  | { kind: 'open'; line: SshLine }
  | { kind: 'stopped'; event: Exclude<ConnectionEvent, { kind: 'opened' }> };

export async function openLine(wish: LineWish, around: SshSurroundings): Promise<LineOpening> {
  const { address, secrets } = wish;
  if (address.jump === undefined) {
    return told(await openSsh(direct(wish, null), around), 'server');
  }
  const first = await openSsh(
    {
      ...address.jump,
      pinned: wish.jumpHostKey,
      password: secrets.jumpPassword,
      passphrase: secrets.jumpPassphrase,
      through: null,
    },
    around,
  );
  if (first.kind !== 'open') return told(first, 'jump');
  const between = first.line;
  try {
    const through = await between.forwardTcp(address.host, address.port);
    const second = told(await openSsh(direct(wish, through), around), 'server');
    if (second.kind !== 'open') {
      between.close();
      return second;
    }
    const { line } = second;
    void line.closed.then(() => between.close());
    return second;
  } catch {
    between.close();
    return {
      kind: 'stopped',
      event: {
        kind: 'failed',
        cause: 'jump',
        message: `${address.jump.host} does not lead on to ${address.host}:${address.port}`,
        hint: 'Check the address as the machine in between sees it, and that its sshd allows forwarding.',
      },
    };
  }
}

function direct({ address, hostKey, secrets }: LineWish, through: Parameters<typeof openSsh>[0]['through']) {
  return {
    ...address,
    pinned: hostKey,
    password: secrets.password,
    passphrase: secrets.passphrase,
    through,
  };
}

function told(opening: Opening, hop: 'server' | 'jump'): LineOpening {
  switch (opening.kind) {
    case 'open':
      return opening;
    case 'fingerprint':
      return { kind: 'stopped', event: { kind: 'fingerprint', hop, offered: opening.offered } };
    case 'key-changed':
      return {
        kind: 'stopped',
        event: { kind: 'key-changed', hop, pinned: opening.pinned, offered: opening.offered },
      };
    case 'secret': {
      const names = { password: 'jumpPassword', passphrase: 'jumpPassphrase' } as const;
      const secret = hop === 'jump' ? names[opening.secret] : opening.secret;
      return { kind: 'stopped', event: { kind: 'secret', secret, wrong: opening.wrong } };
    }
    case 'failed': {
      const { failure } = opening;
      return {
        kind: 'stopped',
        event: {
          kind: 'failed',
          ...failure,
          cause: hop === 'jump' && failure.cause !== 'auth' ? 'jump' : failure.cause,
        },
      };
    }
  }
}
