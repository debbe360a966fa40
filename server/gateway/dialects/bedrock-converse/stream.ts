/** Events of Converse's stream; their names stand in a header, not in the data. */

import type { AnswerEvent } from '../../conversation/answer.ts';
import { isObject, type Json } from '../../conversation/fields.ts';
import type { StreamParser } from '../dialect.ts';
import { answerId, parseStop, parseUsage } from './answer.ts';

export function streamParser(): StreamParser {
  /** Block index to index among the tools. */
  const tools = new Map<unknown, number>();
  return {
    push({ event, data }) {
      const body: unknown = data === '' ? {} : JSON.parse(data);
      if (!isObject(body)) return [];
      switch (event) {
        case 'messageStart':
          return [{ kind: 'start', id: answerId(), model: '' }];
        case 'contentBlockStart': {
          const use = isObject(body.start) ? body.start.toolUse : undefined;
          if (!isObject(use)) return [];
          const index = tools.size;
          tools.set(body.contentBlockIndex, index);
          return [{ kind: 'tool', index, id: String(use.toolUseId), name: String(use.name) }];
        }
        case 'contentBlockDelta':
          return isObject(body.delta) ? parseDelta(body.delta, tools.get(body.contentBlockIndex)) : [];
        case 'messageStop':
          return [{ kind: 'stop', reason: parseStop(body.stopReason), stopSequence: null }];
        case 'metadata': {
          const usage = parseUsage(body);
          return usage === null ? [] : [{ kind: 'usage', usage }];
        }
        default:
          return event.endsWith('Exception') ? [fault(event, body)] : [];
      }
    },
  };
}

function parseDelta(delta: Json, tool: number | undefined): AnswerEvent[] {
  const { text, toolUse, reasoningContent } = delta;
  if (typeof text === 'string') return text === '' ? [] : [{ kind: 'text', text }];
  if (isObject(toolUse)) {
    const { input } = toolUse;
    const empty = tool === undefined || typeof input !== 'string' || input === '';
    return empty ? [] : [{ kind: 'tool-input', index: tool, json: input }];
  }
  if (!isObject(reasoningContent)) return [];
  const { text: thought, signature, redactedContent } = reasoningContent;
  if (typeof thought === 'string') return [{ kind: 'thinking', text: thought }];
  if (typeof signature === 'string') return [{ kind: 'signature', signature }];
  return typeof redactedContent === 'string' ? [{ kind: 'redacted-thinking', data: redactedContent }] : [];
}

/** `throttlingException` and its like, within a stream that had begun well. */
function fault(name: string, { message }: Json): AnswerEvent {
  return {
    kind: 'error',
    type: name,
    message: typeof message === 'string' ? message : 'the provider broke off',
  };
}
