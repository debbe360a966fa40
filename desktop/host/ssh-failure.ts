/** What a failed connection means: a cause a program can branch on, and words for a person. */

import type { UnreachableCause } from '../../shared/desktop/connection.ts';

export interface SshFailure {
  cause: UnreachableCause;
  message: string;
  hint: string;
}

/** `where` is `host:port`; `user` who it was tried as. */
export function sshFailure(error: unknown, where: string, user: string): SshFailure {
  const { code, level } = Object(error) as { code?: unknown; level?: unknown };
  if (level === 'client-authentication') {
    return {
      cause: 'auth',
      message: `${where} did not accept ${user}`,
      hint: 'Check the user, and that its key or password is the right one for this server.',
    };
  }
  if (level === 'client-timeout') return timeout(where);
  switch (code) {
    case 'ECONNREFUSED':
      return {
        cause: 'refused',
        message: `${where} refuses connections`,
        hint: 'The machine answers, but no ssh listens on this port. Check the port, or start sshd.',
      };
    case 'ETIMEDOUT':
      return timeout(where);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        cause: 'unknown-host',
        message: `there is no address for ${where}`,
        hint: 'Check the name for typing errors, and that this computer is online.',
      };
    default:
      return {
        cause: 'down',
        message: `the connection to ${where} was lost`,
        hint: 'The machine may be restarting, or the network between is interrupted.',
      };
  }
}

function timeout(where: string): SshFailure {
  return {
    cause: 'timeout',
    message: `${where} does not answer`,
    hint: 'Check the address, that the machine runs, and that no firewall drops the port.',
  };
}
