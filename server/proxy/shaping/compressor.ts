/** Compresses one answer while it streams by, on the runtime's threads. */

import type { Coding } from './accept-encoding.ts';

/** As little memory and time as still gives most of the gain: windows of 256 KB, the fast levels. */
const windowBits = 18;

interface ZlibStream {
  write(bytes: Uint8Array, done: (error?: Error | null) => void): boolean;
  flush(kind: number | undefined, done: () => void): void;
  end(): void;
  destroy(): void;
  on(event: 'data', listener: (bytes: Buffer) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** What is used of `node:zlib`, whose types do not know Zstandard yet. */
interface Zlib {
  createGzip(options: { level: number }): ZlibStream;
  createBrotliCompress(options: { params: Record<number, number> }): ZlibStream;
  createZstdCompress(options: { params: Record<number, number> }): ZlibStream;
  readonly constants: Readonly<
    Record<
      | 'Z_SYNC_FLUSH'
      | 'BROTLI_PARAM_QUALITY'
      | 'BROTLI_PARAM_LGWIN'
      | 'ZSTD_c_compressionLevel'
      | 'ZSTD_c_windowLog',
      number
    >
  >;
}

export interface CompressorReader {
  onBytes(bytes: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
  /** All it was given is compressed and was handed on: more is welcome. */
  onIdle(): void;
}

export class Compressor {
  readonly #stream: ZlibStream;
  readonly #flushKind: number | undefined;
  readonly #reader: CompressorReader;
  #pending = 0;
  #over = false;

  constructor(coding: Coding, reader: CompressorReader) {
    this.#reader = reader;
    const { stream, flushKind } = open(coding);
    this.#stream = stream;
    this.#flushKind = flushKind;
    this.#stream.on('data', (bytes) => {
      if (!this.#over) reader.onBytes(bytes);
    });
    this.#stream.on('end', () => {
      if (!this.#over) reader.onEnd();
    });
    this.#stream.on('error', (error) => {
      if (!this.#over) reader.onError(error);
    });
  }

  /** Pieces that are not compressed yet. */
  get pending(): number {
    return this.#pending;
  }

  write(bytes: Uint8Array): void {
    this.#pending++;
    this.#stream.write(bytes, () => {
      if (--this.#pending > 0 || this.#over) return;
      // The app is quiet: whoever reads a page that is still being made gets all there is of it.
      this.#stream.flush(this.#flushKind, () => {
        if (this.#pending === 0 && !this.#over) this.#reader.onIdle();
      });
    });
  }

  end(): void {
    this.#stream.end();
  }

  destroy(): void {
    this.#over = true;
    this.#stream.destroy();
  }
}

/** Undefined where the stream's own way to flush is the cheap one. */
function open(coding: Coding): { stream: ZlibStream; flushKind: number | undefined } {
  // Loaded at the first compressed answer.
  const zlib = process.getBuiltinModule('node:zlib') as unknown as Zlib;
  const { constants } = zlib;
  switch (coding) {
    case 'gzip':
      return { stream: zlib.createGzip({ level: 5 }), flushKind: constants.Z_SYNC_FLUSH };
    case 'br':
      return {
        stream: zlib.createBrotliCompress({
          params: {
            [constants.BROTLI_PARAM_QUALITY]: 4,
            [constants.BROTLI_PARAM_LGWIN]: windowBits,
          },
        }),
        flushKind: undefined,
      };
    case 'zstd':
      return {
        stream: zlib.createZstdCompress({
          params: {
            [constants.ZSTD_c_compressionLevel]: 3,
            [constants.ZSTD_c_windowLog]: windowBits,
          },
        }),
        flushKind: undefined,
      };
  }
}
