/** Events of a streamed message. */

import type { AnswerEvent, Usage } from '../../conversation/answer.ts';
import { isObject, type Json } from '../../conversation/fields.ts';
import type { StreamParser } from '../dialect.ts';
import { parseStop } from './answer.ts';
import { joinUsage, parseUsage } from './usage.ts';

export function streamParser(): StreamParser {
  let usage: Usage | null = null;
  /** Block index to index among the tools. */
  const tools = new Map<number, number>();
  return {
    push({ data }) {
      if (data === '') return [];
      const event: unknown = JSON.parse(data);
      if (!isObject(event)) return [];
      switch (event.type) {
        case 'message_start': {
          const message = isObject(event.message) ? event.message : {};
          usage = parseUsage(event);
          return [{ kind: 'start', id: text(message.id), model: text(message.model) }];
        }
        case 'content_block_start':
          return startBlock(event, tools);
        case 'content_block_delta':
          return parseDelta(event, tools);
        case 'message_delta': {
          const events: AnswerEvent[] = [];
          const more = parseUsage(event);
          if (more !== null) usage = joinUsage(usage, more);
          const delta = isObject(event.delta) ? event.delta : {};
          if (typeof delta.stop_reason === 'string') {
            const sequence = typeof delta.stop_sequence === 'string' ? delta.stop_sequence : null;
            events.push({ kind: 'stop', reason: parseStop(delta.stop_reason), stopSequence: sequence });
          }
          if (usage !== null) events.push({ kind: 'usage', usage });
          return events;
        }
        case 'error': {
          const error = isObject(event.error) ? event.error : {};
          return [
            {
              kind: 'error',
              type: text(error.type) || 'api_error',
              message: text(error.message) || 'the provider broke off',
            },
          ];
        }
        default:
          return [];
      }
    },
  };
}

function startBlock(event: Json, tools: Map<number, number>): AnswerEvent[] {
  const block = isObject(event.content_block) ? event.content_block : {};
  switch (block.type) {
    case 'tool_use': {
      const index = tools.size;
      tools.set(Number(event.index), index);
      return [{ kind: 'tool', index, id: text(block.id), name: text(block.name) }];
    }
    case 'redacted_thinking':
      return [{ kind: 'redacted-thinking', data: text(block.data) }];
    case 'text':
      return text(block.text) === '' ? [] : [{ kind: 'text', text: text(block.text) }];
    default:
      return [];
  }
}

function parseDelta(event: Json, tools: Map<number, number>): AnswerEvent[] {
  const delta = isObject(event.delta) ? event.delta : {};
  switch (delta.type) {
    case 'text_delta':
      return [{ kind: 'text', text: text(delta.text) }];
    case 'thinking_delta':
      return [{ kind: 'thinking', text: text(delta.thinking) }];
    case 'signature_delta':
      return [{ kind: 'signature', signature: text(delta.signature) }];
    case 'input_json_delta': {
      const index = tools.get(Number(event.index));
      const json = text(delta.partial_json);
      return index === undefined || json === '' ? [] : [{ kind: 'tool-input', index, json }];
    }
    default:
      return [];
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
