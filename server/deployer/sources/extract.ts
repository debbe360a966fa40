/** Unpacks an archive from someone else into an empty folder, and lets nothing of it out of that folder. */

import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WindlassError } from '../../../shared/errors.ts';
import { openArchive } from './decompress.ts';
import { type EntrySink, openEntrySink, tooBig } from './entry-sink.ts';
import { openTarReader } from './tar.ts';
import { emptyFolder, unwrapFolder } from './unwrap.ts';

export interface ExtractRequest {
  /** The archive: a tar, plain or compressed with gzip or zstd. */
  archive: string;
  /** An empty folder. */
  into: string;
  /** Most bytes all files together may have. */
  maxBytes: number;
  /** Most entries; 500,000 where it is left away. */
  maxEntries?: number;
  signal: AbortSignal;
}

export interface Extracted {
  files: number;
  bytes: number;
}

const headerBytesPerEntry = 4096;
const spareBytes = 8 * 1024 * 1024;

/**
 * Throws `WindlassError('invalid')` naming the entry that would leave the folder or cannot be a file of an app,
 * `limit` where it is too big, `cancelled` on abort; then the folder is empty again. An archive with one top folder
 * and no entry for its own root (`git archive --prefix`, GitHub) is unpacked without that folder.
 */
export async function extractArchive(request: ExtractRequest): Promise<Extracted> {
  const { into, maxBytes, maxEntries = 500_000 } = request;
  try {
    const sink = openEntrySink({ into, maxBytes, maxEntries });
    await unpack(request, sink);
    const { files, bytes, folders, onlyTop, hasRoot } = sink.summary();
    if (files + folders === 0) {
      throw new WindlassError('invalid', 'the archive is empty', {
        hint: 'Check what it was made of, and whether .gitignore or .windlassignore leave all of it out.',
      });
    }
    if (onlyTop !== null && !hasRoot) await unwrapFolder(into, onlyTop);
    return { files, bytes };
  } catch (error) {
    await emptyFolder(into);
    throw request.signal.aborted
      ? new WindlassError('cancelled', 'unpacking was cancelled', { cause: error })
      : explained(error);
  }
}

async function unpack(request: ExtractRequest, sink: EntrySink): Promise<void> {
  const { file, inflate } = await openArchive(request.archive);
  const tar = await openTarReader();
  const gauge = createGauge(request.maxBytes, () => sink.summary().entries);
  const stages = inflate === null ? [file, gauge.stream, tar] : [file, inflate, gauge.stream, tar];
  const feeding = pipeline(stages, { signal: request.signal });
  const taking = (async () => {
    for await (const entry of tar) await sink.take(entry.header, entry);
  })();
  const [fed, taken] = await Promise.allSettled([
    feeding,
    taking.catch((error: unknown) => {
      tar.destroy(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }),
  ]);
  if (taken.status === 'rejected' && taken.reason instanceof WindlassError) throw taken.reason;
  if (fed.status === 'rejected') throw fed.reason;
  if (taken.status === 'rejected') throw taken.reason;
  if (!gauge.endsInZeros()) throw truncated(null);
}

/** Counts what comes out of the decompressor, and remembers whether the last block was the end mark (POSIX.1-2017, pax: two zero blocks). */
function createGauge(maxBytes: number, entries: () => number): { stream: Transform; endsInZeros(): boolean } {
  let seen = 0;
  let tail: Buffer = Buffer.alloc(0);
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      tail =
        chunk.length >= 512 ? Buffer.from(chunk.subarray(-512)) : Buffer.concat([tail, chunk]).subarray(-512);
      const most = maxBytes + spareBytes + entries() * headerBytesPerEntry;
      done(seen > most ? tooBig(maxBytes) : null, chunk);
    },
  });
  return { stream, endsInZeros: () => seen > 0 && tail.every((byte) => byte === 0) };
}

const truncated = (cause: unknown): WindlassError =>
  new WindlassError('invalid', 'the archive ends in the middle', { hint: 'Make or send it again.', cause });

function explained(error: unknown): unknown {
  if (error instanceof WindlassError || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new WindlassError('limit', 'the disk is full', {
      hint: 'Free some space and try again.',
      cause: error,
    });
  }
  if (/unexpected end/i.test(error.message) || code === 'Z_BUF_ERROR') return truncated(error);
  if (
    code.startsWith('Z_') ||
    code.startsWith('ZSTD') ||
    /tar header|invalid header|header exceeds|zlib|zstd|gzip|decompress/i.test(error.message)
  ) {
    return new WindlassError('invalid', 'this is not a tar archive, or it is damaged', {
      hint: 'Send a tar, plain or compressed with gzip or zstd.',
      cause: error,
    });
  }
  return error;
}
