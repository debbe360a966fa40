/** Chunks of a streamed Chat Completion. */

import type { AnswerEvent } from '../../conversation/answer.ts';
import { isObject, type Json } from '../../conversation/fields.ts';
import type { StreamParser } from '../dialect.ts';
import { parseStop } from './answer.ts';
import { parseUsage } from './usage.ts';

export function streamParser(): StreamParser {
  let started = false;
  const tools = new Set<number>();
  return {
    push({ event, data }) {
      if (data === '[DONE]' || data === '') return [];
      const chunk: unknown = JSON.parse(data);
      if (!isObject(chunk)) return [];
      const { error } = chunk;
      if (event === 'error' || (error !== undefined && error !== null)) return [parseError(error ?? chunk)];
      const events: AnswerEvent[] = [];
      if (!started) {
        started = true;
        events.push({ kind: 'start', id: text(chunk.id), model: text(chunk.model) });
      }
      const choice: unknown = Array.isArray(chunk.choices) ? chunk.choices[0] : undefined;
      if (isObject(choice)) {
        if (isObject(choice.delta)) events.push(...parseDelta(choice.delta, tools));
        if (typeof choice.finish_reason === 'string') {
          events.push({ kind: 'stop', reason: parseStop(choice.finish_reason), stopSequence: null });
        }
      }
      const usage = parseUsage(chunk);
      if (usage !== null) events.push({ kind: 'usage', usage });
      return events;
    },
  };
}

function parseDelta(delta: Json, tools: Set<number>): AnswerEvent[] {
  const events: AnswerEvent[] = [];
  events.push(...parseThinking(delta));
  if (text(delta.content) !== '') events.push({ kind: 'text', text: text(delta.content) });
  if (text(delta.refusal) !== '') events.push({ kind: 'refusal', text: text(delta.refusal) });
  const calls: readonly unknown[] = Array.isArray(delta.tool_calls) ? delta.tool_calls : [];
  calls.forEach((call, position) => {
    if (!isObject(call)) return;
    const index = typeof call.index === 'number' ? call.index : position;
    const called = isObject(call.function) ? call.function : {};
    if (!tools.has(index)) {
      tools.add(index);
      const google = isObject(call.extra_content) ? call.extra_content.google : undefined;
      const signature = isObject(google) ? text(google.thought_signature) : '';
      events.push({
        kind: 'tool',
        index,
        id: text(call.id) || `call_${index}`,
        name: text(called.name),
        ...(signature === '' ? {} : { signature }),
      });
    }
    if (text(called.arguments) !== '')
      events.push({ kind: 'tool-input', index, json: text(called.arguments) });
  });
  return events;
}

/** As plain text, and for OpenRouter and ourselves in detail, too: signatures, and what is only for the model. */
function parseThinking(delta: Json): AnswerEvent[] {
  const plain = text(delta.reasoning_content) || text(delta.reasoning);
  const events: AnswerEvent[] = plain === '' ? [] : [{ kind: 'thinking', text: plain }];
  const details: readonly unknown[] = Array.isArray(delta.reasoning_details) ? delta.reasoning_details : [];
  for (const detail of details) {
    if (!isObject(detail)) continue;
    // The same words a second time.
    if (plain === '' && text(detail.text) !== '') events.push({ kind: 'thinking', text: text(detail.text) });
    if (text(detail.signature) !== '') events.push({ kind: 'signature', signature: text(detail.signature) });
    if (text(detail.data) !== '') events.push({ kind: 'redacted-thinking', data: text(detail.data) });
  }
  return events;
}

function parseError(error: unknown): AnswerEvent {
  const fields = isObject(error) ? error : {};
  return {
    kind: 'error',
    type: text(fields.type) || 'api_error',
    message: text(fields.message) || (typeof error === 'string' ? error : 'the provider broke off'),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
