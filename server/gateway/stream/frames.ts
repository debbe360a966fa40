/** Server-sent events (WHATWG HTML, 9.2) cut out of bytes that come in any pieces: frames, then their data. */

import type { Frame, FrameReader } from '../dialects/dialect.ts';

/** A frame longer than that is none. */
const mostFrame = 16 * 1024 * 1024;
const lf = 10;
const cr = 13;

/** Gives whole frames, terminators included, as soon as their last byte is there; keeps the beginning of the next. */
export class FrameCutter {
  #kept: Buffer | null = null;

  /** The bytes of all frames that are whole now, in one piece; null while there is none. */
  push(bytes: Buffer): Buffer | null {
    const data = this.#kept === null ? bytes : Buffer.concat([this.#kept, bytes]);
    const end = lastEnd(data);
    if (end === 0) {
      if (data.length > mostFrame) throw new Error('an event of the stream is too long');
      this.#kept = data;
      return null;
    }
    this.#kept = end === data.length ? null : data.subarray(end);
    return end === data.length ? data : data.subarray(0, end);
  }

  /** What never became whole. */
  rest(): Buffer | null {
    const kept = this.#kept;
    this.#kept = null;
    return kept;
  }
}

/** Behind the last blank line; 0 where there is none. */
function lastEnd(data: Buffer): number {
  const behind = (at: number, length: number) => (at < 0 ? 0 : at + length);
  const plain = behind(data.lastIndexOf('\n\n'), 2);
  // Nobody mixes them, and almost everybody ends lines with a line feed alone.
  if (plain > 0) return plain;
  return Math.max(behind(data.lastIndexOf('\r\n\r\n'), 4), behind(data.lastIndexOf('\r\r'), 2));
}

/** Single frames of what `FrameCutter` gave. */
export function splitFrames(data: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  let from = 0;
  for (let at = 0; at < data.length; at++) {
    const end = blankLineEnd(data, at);
    if (end === 0) continue;
    frames.push(data.subarray(from, end));
    from = end;
    at = end - 1;
  }
  if (from < data.length) frames.push(data.subarray(from));
  return frames;
}

function blankLineEnd(data: Buffer, at: number): number {
  const byte = data[at];
  if (byte === lf && data[at + 1] === lf) return at + 2;
  if (byte !== cr) return 0;
  if (data[at + 1] === cr) return at + 2;
  return data[at + 1] === lf && data[at + 2] === cr && data[at + 3] === lf ? at + 4 : 0;
}

/** Server-sent events as they come. */
export function sseFrames(): FrameReader {
  const cutter = new FrameCutter();
  const read = (bytes: Buffer | null) =>
    bytes === null ? [] : splitFrames(bytes).flatMap((raw) => parseFrame(raw) ?? []);
  return { push: (bytes) => read(cutter.push(bytes)), rest: () => read(cutter.rest()) };
}

/** Null for a frame that says nothing: a comment, a heartbeat. */
export function parseFrame(frame: Buffer): Frame | null {
  let event = '';
  let data: string | null = null;
  for (const line of frame.toString('utf8').split(/\r\n|\n|\r/)) {
    if (line === '' || line.startsWith(':')) continue;
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') event = value;
    else if (name === 'data') data = data === null ? value : `${data}\n${value}`;
  }
  return data === null ? null : { event, data };
}
