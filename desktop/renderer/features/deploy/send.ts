/** Sends what was chosen to a server and asks for its deployment. */

import { countText } from '../../../../shared/count-text.ts';
import type { Deployment } from '../../../../shared/deployer/model.ts';
import { WindlassError } from '../../../../shared/errors.ts';
import { size } from '../../app/amounts.ts';
import type { HostClient } from '../../app/host-client.ts';
import type { Dropped } from '../../app/intent.ts';
import { serverClient } from '../../app/server-client.ts';
import { withoutLeftOut } from './left-out.ts';
import { makeTar } from './tar.ts';

export type Chosen =
  | { kind: 'folder'; dropped: Dropped }
  /** On the computer the host runs on. */
  | { kind: 'path'; path: string }
  | { kind: 'git'; url: string; ref: string }
  /** An image by its name, which the server's engine has or pulls. */
  | { kind: 'image'; reference: string };

export interface Sending {
  host: HostClient;
  server: string;
  app: string;
  environment: string;
  onProgress(words: string, share: number | null): void;
  signal: AbortSignal;
}

/** Resolves once it is queued. */
export async function send(chosen: Chosen, sending: Sending): Promise<{ id: string }> {
  const { app, environment, signal } = sending;
  const client = serverClient(sending.host, sending.server);
  const create = (source: Deployment['source']) =>
    client.call('deployments.create', { app, environment, source }, signal);
  switch (chosen.kind) {
    case 'git': {
      const ref = chosen.ref.trim();
      return create({ kind: 'git', url: chosen.url.trim(), ...(ref === '' ? {} : { ref }) });
    }
    case 'image':
      return create({ kind: 'image', reference: chosen.reference.trim() });
    case 'path':
      return sendPath(chosen.path.trim(), sending);
    case 'folder': {
      const { name, path, files } = chosen.dropped;
      if (path !== null) return sendPath(path, sending);
      sending.onProgress(`Reading ${name}`, null);
      const { sent, leftOut } = await withoutLeftOut(await files);
      if (sent.length === 0) {
        throw new WindlassError('invalid', `${name} has no files to send`, {
          hint: 'Look at its .gitignore and .windlassignore.',
        });
      }
      const tar = makeTar(
        sent.map(({ path: at, file }) => ({ path: at, file, modified: file.lastModified })),
      );
      const words = `Sending ${countText(sent.length, 'file')}${leftOut > 0 ? `, ${leftOut} left out` : ''}`;
      const { upload } = await client.upload(
        'uploads.create',
        {},
        tar,
        (bytes) => sending.onProgress(words, bytes / tar.size),
        signal,
      );
      return create({ kind: 'upload', upload, from: name });
    }
  }
}

/** The host packs and sends it; this is done once it is queued. */
function sendPath(path: string, sending: Sending): Promise<{ id: string }> {
  const { host, server: id, app, environment, onProgress, signal } = sending;
  return new Promise((resolve, reject) => {
    host
      .stream(
        'control.deployFolder',
        { id, app, environment, path },
        (event) => {
          if (event.kind === 'sending') onProgress(`Sending, ${size(event.bytes)} so far`, null);
          else if (event.kind === 'queued') resolve(event.deployment);
        },
        signal,
      )
      .then(resolve, reject);
  });
}
