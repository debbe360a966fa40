/** The methods of the local copy. */

import { WindlassError } from '../../../shared/errors.ts';
import type { ControlClient } from '../control-client.ts';
import type { HostHandlers } from '../handlers.ts';
import { type CopiedSite, openCopyStore } from './copy-store.ts';
import { syncCopy } from './sync-copy.ts';

export interface CopyParts {
  /** Where copies lie. */
  readonly folder: string;
  /** 32 bytes, from wherever this desktop keeps secrets. */
  readonly key: () => Promise<Buffer>;
  readonly control: (server: string) => ControlClient;
  readonly now: () => number;
}

const pieceBytes = 393_216;

export function copyHandlers({ folder, key, control, now }: CopyParts) {
  const storeOf = async (site: CopiedSite) => openCopyStore(folder, await key(), site);
  return {
    'copy.held': async (site) => (await storeOf(site)).held(),
    'copy.sync': async (site, { emit, signal }) =>
      syncCopy(control(site.id), await storeOf(site), site, now(), emit, signal),
    'copy.read': async ({ day, ...site }, { emit, drained, signal }) => {
      const bytes = await (await storeOf(site)).read(day);
      if (bytes === null) throw new WindlassError('not-found', 'there is no copy of that day');
      for (let at = 0; at < bytes.length && !signal.aborted; at += pieceBytes) {
        emit({ piece: bytes.subarray(at, at + pieceBytes).toString('base64') });
        await drained();
      }
      return {};
    },
  } satisfies Pick<HostHandlers, 'copy.held' | 'copy.sync' | 'copy.read'>;
}
