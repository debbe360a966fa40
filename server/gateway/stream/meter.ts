/** Picks usage out of a stream that is passed on as it came, and counts roughly where the provider says none. */

import type { Usage } from '../conversation/answer.ts';
import { isObject } from '../conversation/fields.ts';
import { parseUsage as anthropicUsage, joinUsage } from '../dialects/anthropic/usage.ts';
import type { DialectName } from '../dialects/dialect.ts';
import { parseUsage as geminiUsage } from '../dialects/gemini/answer.ts';
import { parseUsage as openaiUsage } from '../dialects/openai-chat/usage.ts';
import { FrameCutter, parseFrame, splitFrames } from './frames.ts';

/** Bytes of a token, of text that nobody counted. */
const bytesPerToken = 4;
const word = {
  'openai-chat': '"usage"',
  'openai-responses': '"usage"',
  anthropic: '"usage"',
  gemini: '"usageMetadata"',
};

export interface Meter {
  /** What of the bytes may be sent on now; null where a frame is not whole yet. */
  push(bytes: Buffer): Buffer | null;
  /** What is left at the end. */
  rest(): Buffer | null;
  readonly usage: Usage | null;
  /** Tokens that were seen to come, at a guess. */
  readonly guess: number;
}

/** `hide`: the chunk that is nothing but usage was not asked for by the client, and is kept from it. */
export function createMeter(dialect: DialectName, hide: boolean): Meter {
  const cutter = new FrameCutter();
  const needle = word[dialect];
  let usage: Usage | null = null;
  let frames = 0;
  let bytes = 0;
  let least = Number.POSITIVE_INFINITY;

  /** Whether the frame is to be sent on. */
  const look = (frame: Buffer): boolean => {
    const at = frame.indexOf(needle);
    if (at < 0 || isNull(frame, at + needle.length)) return true;
    const data = parseFrame(frame)?.data;
    const body: unknown = data === undefined ? null : JSON.parse(data);
    if (!isObject(body)) return true;
    const found = usageIn(dialect, body);
    if (found !== null) usage = dialect === 'anthropic' ? joinUsage(usage, found) : found;
    return !hide || (Array.isArray(body.choices) && body.choices.length > 0);
  };
  const count = (frame: Buffer) => {
    frames++;
    bytes += frame.length;
    least = Math.min(least, frame.length);
  };

  return {
    push(chunk) {
      const whole = cutter.push(chunk);
      if (whole === null) return null;
      // One frame, as most pieces are, and nothing to look at: not even cut.
      if (whole.indexOf(needle) < 0) {
        count(whole);
        return whole;
      }
      const list = splitFrames(whole);
      const kept = list.filter((frame) => {
        count(frame);
        return look(frame);
      });
      if (kept.length === list.length) return whole;
      return kept.length === 0 ? null : Buffer.concat(kept);
    },
    rest: () => cutter.rest(),
    get usage() {
      return usage;
    },
    get guess() {
      return frames === 0 ? 0 : Math.max(frames, Math.ceil((bytes - frames * least) / bytesPerToken));
    },
  };
}

/** `"usage":null`, as stands in every chunk but the last. */
function isNull(frame: Buffer, from: number): boolean {
  let at = from;
  while (frame[at] === 58 || frame[at] === 32) at++;
  return frame[at] === 110;
}

function usageIn(dialect: DialectName, body: Record<string, unknown>): Usage | null {
  switch (dialect) {
    case 'anthropic':
      return anthropicUsage(body);
    case 'gemini':
      return geminiUsage(body);
    case 'openai-chat':
      return openaiUsage(body);
    case 'openai-responses':
      return isObject(body.response) ? openaiUsage(body.response) : openaiUsage(body);
  }
}
