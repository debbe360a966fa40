/** Undoes Content-Encoding with a hard limit on what comes out, so that a bomb costs no more than its limit. */

import * as zlib from 'node:zlib';

/** Bun has it; the types, which are those of the oldest Node we support, do not. */
const zstd = zlib as unknown as {
  zstdDecompressSync(bytes: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
};

export type Decoded =
  | { kind: 'bytes'; bytes: Uint8Array }
  /** More than `limit` comes out of it. */
  | { kind: 'too-large' }
  | { kind: 'malformed' };

/** Encodings are undone last first (RFC 9110 section 8.4). Both kinds of `deflate` are told by their first bytes. */
export function decodeBody(body: Uint8Array, encoding: string, limit: number): Decoded {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && each !== 'identity');
  // Nobody honest compresses more than twice.
  if (codings.length > 2) return { kind: 'malformed' };
  let bytes = body;
  for (const coding of codings.reverse()) {
    const step = decodeOne(bytes, coding, limit);
    if (step.kind !== 'bytes') return step;
    bytes = step.bytes;
  }
  return bytes.length > limit ? { kind: 'too-large' } : { kind: 'bytes', bytes };
}

function decodeOne(bytes: Uint8Array, coding: string, limit: number): Decoded {
  const options = { maxOutputLength: limit };
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return attempt(() => zlib.gunzipSync(bytes, options));
    case 'deflate':
      return attempt(() =>
        isZlib(bytes) ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options),
      );
    case 'br':
      return attempt(() => zlib.brotliDecompressSync(bytes, options));
    case 'zstd':
      return attempt(() => zstd.zstdDecompressSync(bytes, options));
    default:
      return { kind: 'malformed' };
  }
}

/** RFC 1950 section 2.2: method 8, and the first two bytes a multiple of 31. */
function isZlib(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && first >> 4 <= 7 && ((first << 8) | second) % 31 === 0;
}

function attempt(work: () => Uint8Array): Decoded {
  try {
    return { kind: 'bytes', bytes: work() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    return { kind: code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'malformed' };
  }
}
