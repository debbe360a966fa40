/**
 * Counts the frames a client makes the server work with for nothing: settings, pings, resets, priorities, empty data and
 * endless field blocks. The floods of CVE-2019-9511 to 9518, CVE-2023-44487 (rapid reset) and CVE-2024-27316
 * (continuation) are all this, so one account bounds them, whatever reads the frames afterwards.
 */

/** Frame types (RFC 9113, 6). */
const data = 0;
const headers = 1;
const resetStream = 3;
const settings = 4;
const ping = 6;
const windowUpdate = 8;
const continuation = 9;

const prefaceBytes = 24;
const headBytes = 9;
const endHeaders = 0x4;

export interface MeterLimits {
  /** Frames without use in any ten seconds: what browsers and `h2load` send is far below. */
  readonly useless: number;
  /** Bytes of one request's field block, compressed. */
  readonly fieldBlock: number;
  /** Of one frame's payload (SETTINGS_MAX_FRAME_SIZE as we leave it). */
  readonly frame: number;
}

export const meterLimits: MeterLimits = { useless: 1_000, fieldBlock: 65_536, frame: 16_384 };

const spanMs = 10_000;

export class FrameMeter {
  /** Bytes until the next frame's head; the preface comes first (RFC 9113, 3.4). */
  #skip = prefaceBytes;
  #head: number[] = [];
  #since = 0;
  #useless = 0;
  #block = 0;

  constructor(private readonly limits: MeterLimits = meterLimits) {}

  /** False once the client has gone too far. */
  pass(bytes: Uint8Array, now: number): boolean {
    if (now - this.#since >= spanMs) {
      this.#since = now;
      this.#useless = 0;
    }
    let at = 0;
    while (at < bytes.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, bytes.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      this.#head.push(bytes[at++] ?? 0);
      if (this.#head.length === headBytes && !this.#frame()) return false;
    }
    return true;
  }

  #frame(): boolean {
    const [a = 0, b = 0, c = 0, type = 0, flags = 0] = this.#head;
    this.#head = [];
    const length = (a << 16) | (b << 8) | c;
    this.#skip = length;
    if (length > this.limits.frame) return false;
    switch (type) {
      case headers:
      case continuation:
        this.#block = type === headers ? length : this.#block + length;
        if (type === continuation && length === 0) this.#useless++;
        if (this.#block > this.limits.fieldBlock) return false;
        if ((flags & endHeaders) !== 0) this.#block = 0;
        break;
      case data:
        if (length === 0) this.#useless++;
        break;
      case resetStream:
      case settings:
      case ping:
        this.#useless++;
        break;
      case windowUpdate:
        break;
      default:
        // Priorities, and types nobody knows.
        this.#useless++;
    }
    return this.#useless <= this.limits.useless;
  }
}
