/** A stream of one dialect as a stream of another. */

import type { Usage } from '../conversation/answer.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Frame, ProviderDialect, SpokenDialect } from '../dialects/dialect.ts';
import { sseFrames } from '../stream/frames.ts';
import type { Passage } from './deliver.ts';

const bytesPerToken = 4;

export interface Translation extends Passage {
  readonly usage: Usage | null;
  /** Tokens that were seen to come, at a guess. */
  readonly guess: number;
  /** What the provider said went wrong, within the stream. */
  readonly error: string | null;
}

export function translate(from: ProviderDialect, to: SpokenDialect, request: Conversation): Translation {
  const reader = from.streams?.frames() ?? sseFrames();
  const parser = from.streamParser();
  const renderer = to.streamRenderer(request);
  let usage: Usage | null = null;
  let characters = 0;
  let error: string | null = null;

  const take = (frames: readonly Frame[]): string => {
    let text = '';
    for (const frame of frames) {
      for (const event of parser.push(frame)) {
        if (event.kind === 'usage') usage = event.usage;
        else if (event.kind === 'text' || event.kind === 'thinking') characters += event.text.length;
        else if (event.kind === 'tool-input') characters += event.json.length;
        else if (event.kind === 'error') error = event.message;
        text += renderer.push(event);
      }
    }
    return text;
  };
  return {
    push: (bytes) => Buffer.from(take(reader.push(bytes)), 'utf8'),
    end: () => Buffer.from(take(reader.rest()) + renderer.end(), 'utf8'),
    broken: (why) =>
      Buffer.from(
        to.streamFault({
          status: 502,
          type: 'provider_error',
          message: `the stream broke off: ${why}`,
          field: null,
        }),
        'utf8',
      ),
    get usage() {
      return usage;
    },
    get guess() {
      return Math.ceil(characters / bytesPerToken);
    },
    get error() {
      return error;
    },
  };
}
