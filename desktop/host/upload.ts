/** Sends a file to a server: with progress, going on where an earlier try was cut, proven by its SHA-256 there. */

import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { WindlassError } from '../../shared/errors.ts';
import type { Remote } from './remote.ts';

export interface Parcel {
  path: string;
  bytes: number;
  /** Names the file on the server, so that a part of another one is never gone on with: `[a-z0-9.-]`. */
  name: string;
}

const sizeScript = `
folder="$HOME/.cache/windlass"
mkdir -p -m 700 "$folder"
stat -c %s "$folder/$1.part" 2>/dev/null || echo 0
echo "$folder/$1.part"
`;

/** Answers the file's path on the server. Its content is checked by whoever uses it, as root. */
export async function uploadFile(
  remote: Remote,
  { path, bytes, name }: Parcel,
  onProgress: (done: number, total: number) => void,
): Promise<string> {
  const { out, err } = await remote.run(sizeScript, [name]);
  const [size = '', target = ''] = out.trim().split('\n');
  if (!/^\d+$/.test(size) || target === '') {
    throw new WindlassError('failed', 'the server has no place for the upload', {
      hint: "Check that the user's home folder there can be written to.",
      cause: err,
    });
  }
  const have = Number(size) <= bytes ? Number(size) : 0;
  onProgress(have, bytes);
  if (have === bytes) return target;
  let sent = have;
  let told = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      if (sent - told > 1_000_000 || sent === bytes) {
        told = sent;
        onProgress(sent, bytes);
      }
      done(null, chunk);
    },
  });
  const source = createReadStream(path, { start: have, highWaterMark: 256 * 1024 });
  source.once('error', (error) => counting.destroy(error));
  const append = have > 0 ? 'cat >>"$1"' : 'cat >"$1"';
  const ran = await remote.feed(`umask 077; ${append}`, [target], source.pipe(counting));
  if (ran.code === 0 && sent === bytes) return target;
  throw new WindlassError('unavailable', ran.err.trim() || 'the upload was cut', {
    hint: 'Run it again: it goes on where it was cut.',
  });
}
