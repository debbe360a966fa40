/** Writes what somebody sends into a file. */

import { open } from 'node:fs/promises';
import { WindlassError } from '../../shared/errors.ts';

/** On the disk when it resolves. Rejects with `limit` beyond `most` bytes; what is there by then is the caller's to remove. */
export async function receiveFile(
  path: string,
  body: ReadableStream<Uint8Array>,
  most: number,
): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    let bytes = 0;
    for await (const piece of body) {
      bytes += piece.length;
      if (bytes > most) {
        throw new WindlassError('limit', `the file has more than ${Math.round(most / 1e6)} MB`);
      }
      await file.write(piece);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
