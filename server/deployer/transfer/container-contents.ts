/** An image, as the engine itself writes it, and the volumes of its container: all passed on as it comes. */

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WindlassError } from '../../../shared/errors.ts';
import { volumeName } from '../engine/container-options.ts';
import type { DockerClient } from '../engine/docker.ts';
import { ours } from '../engine/labels.ts';
import type { Disk } from '../making-room.ts';
import { openTarReader, type TarEntry, type TarWriter } from '../sources/tar.ts';
import type { ExportContents } from './export-contents.ts';
import { imageFolder, volumesFolder } from './manifest.ts';
import { putEntry } from './put-entry.ts';
import { type Carrier, carriedFolder, withCarrier } from './volume-carrier.ts';

export interface ContainerContentsRequest {
  docker: DockerClient;
  owner: string;
  app: string;
  environment: string;
  /** Id of the image. */
  image: string;
  /** Names of volumes that go along; those that were never made are left out. */
  volumes: readonly string[];
  /** For one volume at a time, which needs a size before it can be in the file. Made and deleted here. */
  scratch: string;
  disk: Disk;
  /** Most bytes of the image, and of each volume. */
  maxBytes: number;
  signal: AbortSignal;
}

export async function containerContents(request: ContainerContentsRequest): Promise<ExportContents> {
  const { docker, owner, app, environment } = request;
  const made = new Set(
    ((await docker.listVolumes({ filters: ours(owner, app) })).Volumes ?? []).map(({ Name }) => Name),
  );
  const volumes = request.volumes
    .filter((name) => made.has(volumeName(owner, { app, environment }, name)))
    .sort();
  return {
    volumes,
    async addTo(tar) {
      await addImage(tar, request);
      if (volumes.length === 0) return;
      await mkdir(request.scratch, { recursive: true, mode: 0o700 });
      try {
        await withCarrier({ ...request, volumes }, async (carrier) => {
          for (const name of volumes) await addVolume(tar, carrier, name, request);
        });
      } finally {
        await rm(request.scratch, { recursive: true, force: true });
      }
    },
  };
}

/** Entry by entry, as each says its size: no part of the image is kept here. */
async function addImage(tar: TarWriter, request: ContainerContentsRequest): Promise<void> {
  const saved = (await request.docker.getImage(request.image).get()) as Readable;
  const reader = await openTarReader();
  const feeding = pipeline(saved, bounded('the image', request, null), reader, { signal: request.signal });
  feeding.catch(() => undefined);
  try {
    await putEntry(tar, { name: `${imageFolder}/`, type: 'directory', mode: 0o755 });
    for await (const entry of reader) await passOn(tar, entry);
    await feeding;
  } finally {
    saved.destroy();
  }
}

async function passOn(tar: TarWriter, entry: TarEntry): Promise<void> {
  const { type, size, linkname } = entry.header;
  const name = `${imageFolder}/${entry.header.name}`;
  switch (type) {
    case 'file':
      return putFile(tar, name, size, Readable.from(entry));
    case 'directory':
      await putEntry(tar, { name, type, mode: 0o755 });
      break;
    case 'symlink':
      await putEntry(tar, { name, type, mode: 0o777, ...(linkname === null ? {} : { linkname }) });
      break;
    default:
      throw new WindlassError('failed', `the engine wrote an image with an entry that is no file: ${name}`);
  }
  for await (const _nothing of entry);
}

async function addVolume(
  tar: TarWriter,
  carrier: Carrier,
  name: string,
  request: ContainerContentsRequest,
): Promise<void> {
  const file = join(request.scratch, `${name}.tar`);
  await pipeline(
    (await carrier.getArchive({ path: `${carriedFolder}/${name}` })) as Readable,
    bounded(`the volume ${name}`, request, request.disk),
    createWriteStream(file, { mode: 0o600 }),
    { signal: request.signal },
  );
  const { size } = await stat(file);
  if (!(await endsInZeros(file, size)))
    throw new Error(`the archive of the volume ${name} ends in the middle`);
  await putFile(tar, `${volumesFolder}/${name}.tar`, size, createReadStream(file));
  await rm(file);
}

/** Lets pass what is within the bound, and looks at the disk where the bytes land there. */
function bounded(what: string, { maxBytes }: ContainerContentsRequest, disk: Disk | null) {
  return async function* (source: AsyncIterable<Buffer>) {
    let bytes = 0;
    let nextCheck = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        throw new WindlassError('limit', `${what} is larger than ${Math.floor(maxBytes / 1024 ** 3)} GB`, {
          hint: 'Export without volumes, or move it by hand.',
        });
      }
      if (disk !== null && bytes >= nextCheck) {
        nextCheck = bytes + checkEvery;
        if ((await disk.freeBytes()) < disk.freeFloor + checkEvery) {
          throw new WindlassError('limit', `there is no room on this server to pack ${what}`, {
            hint: 'Free some space (`windlass doctor --disk`), or export without volumes.',
          });
        }
      }
      yield chunk;
    }
  };
}

const checkEvery = 16 * 1024 * 1024;

async function putFile(tar: TarWriter, name: string, size: number, body: Readable): Promise<void> {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const into: Writable = tar.entry({ name, type: 'file', size, mode: 0o600, mtime: new Date(0) }, (error) =>
    error ? reject(error) : resolve(),
  );
  // A failure of the stream is also told to the callback; whoever is first counts.
  done.catch(() => undefined);
  await pipeline(body, into);
  await done;
}

/** A whole tar ends with two zero blocks (POSIX.1-2017, pax). */
async function endsInZeros(file: string, size: number): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1024), 0, 1024, Math.max(0, size - 1024));
    return bytesRead === 1024 && buffer.every((byte) => byte === 0);
  } finally {
    await handle.close();
  }
}
