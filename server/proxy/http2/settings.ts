/** What a client says of itself (RFC 9113, 6.5), and what we say of us. */

import { wordAt } from './frame-reader.ts';
import { errorCodes } from './frames.ts';

/** RFC 9113, 6.5.2. */
const tableSize = 1;
const enablePush = 2;
const mostStreams = 3;
const initialWindow = 4;
const frameSize = 5;
const mostFields = 6;

const largestWindow = 0x7fffffff;
const smallestFrame = 16_384;
const largestFrame = 0xffffff;

/** Frames of ours are never larger, whatever is allowed. */
const mostFrame = 65_536;

export interface SettingsSink {
  /** Bytes its table of fields may take. */
  onTableSize(bytes: number): void;
  /** What may be sent on each stream before it says more. False where that goes beyond what can be counted. */
  onInitialWindow(bytes: number): boolean;
  /** Payload of one frame. */
  onFrameSize(bytes: number): void;
}

/** Of a server that allows `streams` at once and fields of `fields` bytes. */
export const ownSettings = (streams: number, fields: number): readonly (readonly [number, number])[] => [
  [mostStreams, streams],
  [mostFields, fields],
];

/** Reads what is in `bytes` from `start` to `end`. Returns the error of the connection, 0 for none. */
export function readSettings(bytes: Buffer, start: number, end: number, sink: SettingsSink): number {
  if ((end - start) % 6 !== 0) return errorCodes.frameSize;
  for (let at = start; at < end; at += 6) {
    const name = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const value = wordAt(bytes, at + 2) >>> 0;
    switch (name) {
      case tableSize:
        sink.onTableSize(value);
        break;
      case enablePush:
        if (value > 1) return errorCodes.protocol;
        break;
      case initialWindow:
        if (value > largestWindow || !sink.onInitialWindow(value)) return errorCodes.flowControl;
        break;
      case frameSize:
        if (value < smallestFrame || value > largestFrame) return errorCodes.protocol;
        sink.onFrameSize(Math.min(value, mostFrame));
        break;
      // What it allows us to open is nothing we do, and what is unknown means nothing (RFC 9113, 6.5.2).
    }
  }
  return errorCodes.none;
}
