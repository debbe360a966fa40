/** Opens the ports visitors use, and says plainly why one cannot be had. */

import { WindlassError } from '../../shared/errors.ts';
import type { DataPath } from './data-path.ts';
import type { TlsContexts } from './tls/tls-contexts.ts';

export interface Ports {
  readonly hostname: string;
  readonly http: number;
  /** Null for no HTTPS. */
  readonly https: { readonly port: number; readonly tls: TlsContexts } | null;
  /** Shares the ports, with a server that is about to go. */
  readonly takeOver: boolean;
}

/** Throws `unavailable` or `forbidden`; what was opened before is the data path's to close. */
export function openPorts(dataPath: DataPath, { hostname, http, https, takeOver }: Ports) {
  const open = (port: number, flag: string, tls?: TlsContexts): number => {
    try {
      // Every port is opened so that a successor can share it; whether it is free is asked by one that does not share.
      if (!takeOver && port !== 0) mustBeFree(hostname, port);
      const where = { hostname, port, reusePort: true };
      return dataPath.listen(tls === undefined ? where : { ...where, tls }).port;
    } catch (error) {
      throw explain(error, hostname, port, flag);
    }
  };
  return {
    http: open(http, '--http'),
    https: https === null ? null : open(https.port, '--https', https.tls),
  };
}

/** Throws what the system says. */
function mustBeFree(hostname: string, port: number): void {
  Bun.listen({ hostname, port, exclusive: true, socket: { data() {} } }).stop(true);
}

function explain(error: unknown, hostname: string, port: number, flag: string): WindlassError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new WindlassError('unavailable', `port ${port} of ${hostname} is used by another program`, {
      hint: `See which with \`ss -ltnp\` and stop it, or choose another port with ${flag}.`,
      cause: error,
    });
  }
  if (code === 'EACCES') {
    return new WindlassError('forbidden', `port ${port} may not be opened by this user`, {
      hint: `Run as root, or choose a port from 1024 on with ${flag}.`,
      cause: error,
    });
  }
  return new WindlassError('unavailable', `port ${port} of ${hostname} cannot be listened on`, {
    hint: 'Check that the address is one of this machine.',
    cause: error,
  });
}
