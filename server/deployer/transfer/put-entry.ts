/** One small entry of an exported file. */

import type { TarWriter } from '../sources/tar.ts';

/** Resolves when it is in the archive. */
export function putEntry(
  tar: TarWriter,
  header: Omit<Parameters<TarWriter['entry']>[0], 'mtime'>,
  body?: Buffer,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const entry = tar.entry({ ...header, mtime: new Date(0) }, (error) =>
      error ? reject(error) : resolve(),
    );
    if (body !== undefined) entry.end(body);
  });
}
