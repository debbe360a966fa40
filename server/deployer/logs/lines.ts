/** Splits a stream of bytes into lines, each bounded, however long the writer makes them. */

export interface LineSplitter {
  push(chunk: Uint8Array): void;
  /** Hands out what is left behind the last line end, if anything. */
  end(): void;
  /** Bytes up to the end of the last line handed out, counted from the first byte pushed. */
  readonly consumed: number;
}

/** Bytes of a line that are kept; what is beyond is counted and said. */
export const maxLineBytes = 8192;

/** A "line" without an end is cut here, so that a reader that starts again has only so much to read again. */
const maxUnendedBytes = 1024 * 1024;

/** `onLine` gets the text without its line end and without NULs, and the offset right behind the line. */
export function createLineSplitter(onLine: (text: string, end: number) => void): LineSplitter {
  const kept = new Uint8Array(maxLineBytes);
  const decoder = new TextDecoder();
  let keptBytes = 0;
  let lineBytes = 0;
  let consumed = 0;
  const take = (bytes: Uint8Array) => {
    const room = bytes.subarray(0, maxLineBytes - keptBytes);
    kept.set(room, keptBytes);
    keptBytes += room.length;
    lineBytes += bytes.length;
  };
  const handOut = (ended: number) => {
    const dropped = lineBytes - keptBytes;
    const bytes = dropped > 0 ? wholeCharacters(kept.subarray(0, keptBytes)) : kept.subarray(0, keptBytes);
    let text = decoder.decode(bytes);
    if (text.includes('\0')) text = text.replaceAll('\0', '');
    if (dropped > 0) text += ` … [${lineBytes - bytes.length} bytes more]`;
    else if (ended === 1 && text.endsWith('\r')) text = text.slice(0, -1);
    consumed += lineBytes + ended;
    keptBytes = 0;
    lineBytes = 0;
    onLine(text, consumed);
  };
  return {
    push(chunk) {
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        take(chunk.subarray(from, end));
        from = end + 1;
        handOut(1);
      }
      take(chunk.subarray(from));
      if (lineBytes >= maxUnendedBytes) handOut(0);
    },
    end() {
      if (lineBytes > 0) handOut(0);
    },
    get consumed() {
      return consumed;
    },
  };
}

/** Without the bytes of a character (UTF-8, RFC 3629) that the cut went through. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
