/** A folder of this computer, packed, sent, deployed and followed to the end. */

import { Readable } from 'node:stream';
import type * as z from 'zod/mini';
import { packFolder } from '../../server/deployer/sources/pack.ts';
import type { deployment } from '../../shared/deployer/model.ts';
import { WindlassError } from '../../shared/errors.ts';
import type { HostContract } from '../../shared/host-contract.ts';
import type { Event, Params } from '../../shared/rpc.ts';
import type { ControlClient } from './control-client.ts';

type DeployFolder = HostContract['control.deployFolder'];

/** Bytes between two tellings. */
const tellEvery = 256 * 1024;

export async function deployFolder(
  control: ControlClient,
  { app, environment, path }: Omit<Params<DeployFolder>, 'id'>,
  emit: (event: Event<DeployFolder>) => void,
  signal: AbortSignal,
): Promise<z.infer<typeof deployment>> {
  const { stream, summary, history } = await packFolder(path);
  let bytes = 0;
  let told = 0;
  async function* counted(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0])) {
      bytes += (chunk as Uint8Array).byteLength;
      if (bytes - told >= tellEvery) {
        told = bytes;
        emit({ kind: 'sending', bytes });
      }
      yield chunk as Uint8Array;
    }
  }
  emit({ kind: 'sending', bytes: 0 });
  const { upload } = (await control.upload('uploads.create', {}, counted(), signal)) as { upload: string };
  const { files, leftOut } = await summary;
  if (files === 0) {
    throw new WindlassError('invalid', `${path} has nothing to deploy`, {
      hint: 'It is empty, or .gitignore and .windlassignore leave all of it out.',
    });
  }
  emit({ kind: 'sent', bytes, files, leftOut });
  const from = path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
  const made = (await control.call(
    'deployments.create',
    { app, environment, source: { kind: 'upload', upload, from }, history: await history },
    signal,
  )) as z.infer<typeof deployment>;
  emit({ kind: 'queued', deployment: made });
  return (await control.stream(
    'deployments.follow',
    { id: made.id },
    (event) => emit({ kind: 'deployment', event } as Event<DeployFolder>),
    signal,
  )) as z.infer<typeof deployment>;
}
