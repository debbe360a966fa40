/** The engine's log stream cut into what was written, with when it was written. Pure. */

export interface LogPiece {
  /** RFC 3339 with nanoseconds, as the engine says it. */
  at: string;
  bytes: Uint8Array;
}

export interface LogFrames {
  /** The pieces that are complete with this chunk. */
  push(chunk: Uint8Array): LogPiece[];
}

const headerBytes = 8;
const space = 0x20;

/**
 * Reads `GET /containers/{id}/logs?timestamps=1` of a container without a terminal: frames of
 * `[stream, 0, 0, 0, size as uint32 big endian]`, each one write of the app with its time and a space before it.
 */
export function createLogFrames(): LogFrames {
  let rest: Uint8Array = new Uint8Array();
  return {
    push(chunk) {
      rest = rest.length === 0 ? chunk : joined(rest, chunk);
      const pieces: LogPiece[] = [];
      let from = 0;
      while (rest.length - from >= headerBytes) {
        const size = new DataView(rest.buffer, rest.byteOffset + from + 4, 4).getUint32(0);
        const end = from + headerBytes + size;
        if (rest.length < end) break;
        pieces.push(piece(rest.subarray(from + headerBytes, end)));
        from = end;
      }
      rest = rest.slice(from);
      return pieces;
    },
  };
}

function piece(payload: Uint8Array): LogPiece {
  const cut = payload.indexOf(space);
  return {
    at: new TextDecoder('latin1').decode(payload.subarray(0, Math.max(cut, 0))),
    bytes: payload.slice(cut + 1),
  };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
