/** What we answer when a call cannot be made, before it is said in a dialect. */

import { anthropic } from '../dialects/anthropic/index.ts';
import type { DialectName, Fault, SpokenDialect } from '../dialects/dialect.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { jsonAnswer, type WholeAnswer } from '../door/answer.ts';

/** Thrown on the way of a call, and answered in the dialect of who asked. */
export class CallFault extends Error {
  override readonly name = 'CallFault';
  readonly fault: Fault;
  /** Whether asking again can help; the official SDKs are told either way. */
  readonly retry: boolean;
  readonly retryAfterMs: number | null;

  constructor(
    status: number,
    type: string,
    message: string,
    options: { field?: string | null; retry?: boolean; retryAfterMs?: number | null } = {},
  ) {
    super(message);
    this.fault = { status, type, message, field: options.field ?? null };
    this.retry = options.retry ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

export function faultDialect(name: DialectName): Pick<SpokenDialect, 'fault' | 'streamFault'> {
  switch (name) {
    case 'anthropic':
      return anthropic;
    case 'gemini':
      return gemini;
    case 'openai-chat':
    case 'openai-responses':
      return openaiChat;
  }
}

export function faultAnswer(
  { fault, retry, retryAfterMs }: CallFault,
  dialect: DialectName,
  call: number | null,
): WholeAnswer {
  return jsonAnswer(fault.status, faultDialect(dialect).fault(fault), {
    // The word of OpenAI's and Anthropic's SDKs, stronger than what they think of the status.
    'x-should-retry': String(retry),
    ...(retryAfterMs === null ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
    ...(call === null ? {} : { 'windlass-call': String(call) }),
  });
}
