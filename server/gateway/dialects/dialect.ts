/** What a dialect can do: requests, whole answers and streams, each way between its own words and ours. */

import type { Answer, AnswerEvent, Usage } from '../conversation/answer.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Json } from '../conversation/fields.ts';
import type { Losses } from '../conversation/losses.ts';

export type DialectName = 'openai-chat' | 'openai-responses' | 'anthropic' | 'gemini';

/** One event of a stream as it is on the wire. */
export interface Frame {
  /** Empty where the stream does not name its events. */
  readonly event: string;
  readonly data: string;
}

/** Cuts the bytes of a stream, which come in any pieces, into its events. */
export interface FrameReader {
  /** Those that are whole now. Throws where the bytes are no such stream. */
  push(bytes: Buffer): Frame[];
  /** What is left at the end, where it can be read. */
  rest(): Frame[];
}

export interface StreamParser {
  /** What a frame says; nothing for those without meaning to us. */
  push(frame: Frame): AnswerEvent[];
}

export interface StreamRenderer {
  /** Text to send for an event; may be empty. */
  push(event: AnswerEvent): string;
  /** What closes the stream, once. */
  end(): string;
}

/** How an error is told: `status` goes on the status line too. */
export interface Fault {
  readonly status: number;
  /** A word for programs: `budget_exceeded`, `invalid_request_error`. */
  readonly type: string;
  readonly message: string;
  readonly field: string | null;
}

/** A dialect apps speak to us. */
export interface SpokenDialect {
  readonly name: DialectName;
  /** Throws `InvalidRequest`, and `NotCarried` for what we have no place for, unless `losses` lets it go. */
  parseRequest(body: Json, losses: Losses, path: { model: string; stream: boolean } | null): Conversation;
  renderAnswer(answer: Answer, request: Conversation): Json;
  streamRenderer(request: Conversation): StreamRenderer;
  fault(fault: Fault): Json;
  /** A fault within a stream that has begun, as text to send. */
  streamFault(fault: Fault): string;
}

/** A dialect providers speak. */
export interface ProviderDialect {
  readonly name: DialectName | 'bedrock-converse';
  /** How it streams, where that is not as server-sent events. */
  readonly streams?: { readonly type: string; frames(): FrameReader };
  /** Throws `NotCarried` for what the dialect has no place for, unless `losses` lets it go. */
  renderRequest(conversation: Conversation, losses: Losses): Json;
  /** Throws where the body is no answer. */
  parseAnswer(body: Json): Answer;
  streamParser(): StreamParser;
  /** Usage within a whole answer or within the data of one frame; null where there is none. */
  usage(body: Json): Usage | null;
}
