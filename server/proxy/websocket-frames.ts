/** Where frames of a WebSocket end (RFC 6455 section 5.2), so that the proxy can say goodbye between two of them. */

export class FrameBorders {
  #header = Buffer.alloc(14);
  #got = 0;
  #left = 0;

  /** True where every frame that was begun is whole. */
  get between(): boolean {
    return this.#got === 0 && this.#left === 0;
  }

  pass(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        at += taken;
        continue;
      }
      this.#header[this.#got++] = bytes[at++] ?? 0;
      if (this.#got >= 2 && this.#got === headerLength(this.#header)) {
        this.#left = payloadLength(this.#header);
        this.#got = 0;
      }
    }
  }
}

/** An unmasked close frame with a status code (RFC 6455 sections 5.5.1 and 7.4). */
export function closeFrame(code: number): Buffer {
  return Buffer.from([0x88, 2, code >> 8, code & 0xff]);
}

/** RFC 6455 section 7.4.1: the endpoint is going away. */
export const goingAway = 1001;

function headerLength(header: Buffer): number {
  const second = header[1] ?? 0;
  const length = second & 0x7f;
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
}

function payloadLength(header: Buffer): number {
  const length = (header[1] ?? 0) & 0x7f;
  if (length === 126) return header.readUInt16BE(2);
  return length === 127 ? Number(header.readBigUInt64BE(2)) : length;
}
