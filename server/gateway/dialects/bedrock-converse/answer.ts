/** Whole answers of Converse. They name neither themselves nor their model. */

import type { Answer, StopReason, Usage } from '../../conversation/answer.ts';
import { isObject, type Json } from '../../conversation/fields.ts';
import { count } from '../openai-chat/usage.ts';
import { parseBlock } from './blocks.ts';

export function parseStop(reason: unknown): StopReason {
  switch (reason) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tool';
    case 'stop_sequence':
      return 'stop-sequence';
    case 'guardrail_intervened':
    case 'content_filtered':
      return 'filter';
    default:
      return 'end';
  }
}

/** `inputTokens` are neither of those of a cache. */
export function parseUsage(body: Json): Usage | null {
  const { usage } = body;
  if (!isObject(usage)) return null;
  const written = count(usage.cacheWriteInputTokens);
  const details = Array.isArray(usage.cacheDetails) ? usage.cacheDetails : [];
  const long = details.reduce<number>(
    (sum, each) => sum + (isObject(each) && each.ttl === '1h' ? count(each.inputTokens) : 0),
    0,
  );
  return {
    input: count(usage.inputTokens),
    cacheRead: count(usage.cacheReadInputTokens),
    cacheWrite: Math.max(0, written - long),
    cacheWriteLong: Math.min(written, long),
    output: count(usage.outputTokens),
    reasoning: 0,
  };
}

export function answerId(): string {
  return `converse_${crypto.randomUUID()}`;
}

export function parseAnswer(body: Json): Answer {
  const message = isObject(body.output) ? body.output.message : undefined;
  if (!isObject(message) || !Array.isArray(message.content)) throw new Error('an answer without a message');
  return {
    id: answerId(),
    model: '',
    parts: message.content.flatMap(parseBlock),
    stop: parseStop(body.stopReason),
    stopSequence: null,
    usage: parseUsage(body),
  };
}
