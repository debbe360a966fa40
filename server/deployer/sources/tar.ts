/** The one door to `tar-stream`, loaded when the first archive is read or written. */

import type { Readable, Writable } from 'node:stream';

export interface TarHeader {
  name: string;
  /** Bytes. */
  size: number;
  mode: number;
  /** `file`, `directory`, `symlink`, `link`, …; null for a kind that is not known. */
  type: string | null;
  linkname: string | null;
}

export interface TarEntry extends AsyncIterable<Buffer> {
  readonly header: TarHeader;
}

/** Write the archive into it, iterate over it for the entries; each entry must be read before the next is asked for. */
export type TarReader = Writable & AsyncIterable<TarEntry>;

export interface TarWriter extends Readable {
  /** `done` is called when the entry is in the archive. What it returns takes exactly `size` bytes. */
  entry(
    header: {
      name: string;
      type: 'file' | 'directory' | 'symlink';
      size?: number;
      mode: number;
      mtime: Date;
      linkname?: string;
    },
    done: (error?: Error | null) => void,
  ): Writable;
  /** No entry follows. */
  finalize(): void;
}

/** Read the archive from it. */
export async function openTarWriter(): Promise<TarWriter> {
  const { pack } = await import('tar-stream');
  return pack() as unknown as TarWriter;
}

/** Takes headers of old formats, too. */
export async function openTarReader(): Promise<TarReader> {
  const { extract } = await import('tar-stream');
  const open = extract as unknown as (options: { allowUnknownFormat: boolean }) => TarReader;
  return open({ allowUnknownFormat: true });
}
