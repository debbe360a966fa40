/** What a model answers, whole or as it comes. */

import type { Part } from './conversation.ts';

/** Tokens by what they cost; the classes do not overlap, except `reasoning`, which is part of `output`. */
export interface Usage {
  /** Read anew: neither from a cache nor into one. */
  readonly input: number;
  readonly cacheRead: number;
  /** Written to a cache that lasts minutes. */
  readonly cacheWrite: number;
  /** Written to a cache that lasts an hour, which costs more. */
  readonly cacheWriteLong: number;
  readonly output: number;
  readonly reasoning: number;
}

export const noUsage: Usage = {
  input: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cacheWriteLong: 0,
  output: 0,
  reasoning: 0,
};

export type StopReason = 'end' | 'length' | 'tool' | 'stop-sequence' | 'filter' | 'refusal' | 'pause';

export interface Answer {
  readonly id: string;
  readonly model: string;
  readonly parts: readonly Part[];
  readonly stop: StopReason;
  readonly stopSequence: string | null;
  /** Null where the provider said none. */
  readonly usage: Usage | null;
}

/** Pieces of an answer in their order. `tool-input` belongs to the last `tool` of its `index`. */
export type AnswerEvent =
  | { readonly kind: 'start'; readonly id: string; readonly model: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'signature'; readonly signature: string }
  | { readonly kind: 'redacted-thinking'; readonly data: string }
  | {
      readonly kind: 'tool';
      readonly index: number;
      readonly id: string;
      readonly name: string;
      readonly signature?: string | undefined;
    }
  | { readonly kind: 'tool-input'; readonly index: number; readonly json: string }
  | { readonly kind: 'usage'; readonly usage: Usage }
  | { readonly kind: 'stop'; readonly reason: StopReason; readonly stopSequence: string | null }
  | { readonly kind: 'error'; readonly type: string; readonly message: string };
