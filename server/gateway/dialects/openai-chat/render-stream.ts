/** An answer as chunks of a streamed Chat Completion. */

import type { AnswerEvent, Usage } from '../../conversation/answer.ts';
import type { Conversation } from '../../conversation/conversation.ts';
import type { Json } from '../../conversation/fields.ts';
import type { StreamRenderer } from '../dialect.ts';
import { renderStop } from './answer.ts';
import { renderUsage } from './usage.ts';

export function streamRenderer(request: Conversation, now: () => number = Date.now): StreamRenderer {
  const created = Math.floor(now() / 1000);
  let id = '';
  let model = request.model;
  let usage: Usage | null = null;
  const chunk = (choices: Json[], extra: Json = {}) =>
    `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices, ...extra })}\n\n`;
  const delta = (value: Json, reason: string | null = null) =>
    chunk(
      [{ index: 0, delta: value, logprobs: null, finish_reason: reason }],
      request.streamUsage ? { usage: null } : {},
    );
  return {
    push(event: AnswerEvent) {
      switch (event.kind) {
        case 'start':
          id = event.id;
          model = event.model || model;
          return delta({ role: 'assistant', content: '' });
        case 'text':
          return delta({ content: event.text });
        case 'refusal':
          return delta({ refusal: event.text });
        case 'thinking':
          return delta({ reasoning_content: event.text });
        case 'signature':
          return delta({
            reasoning_details: [{ type: 'reasoning.text', text: '', signature: event.signature }],
          });
        case 'redacted-thinking':
          return delta({ reasoning_details: [{ type: 'reasoning.encrypted', data: event.data }] });
        case 'tool':
          return delta({
            tool_calls: [
              {
                index: event.index,
                id: event.id,
                type: 'function',
                function: { name: event.name, arguments: '' },
                ...(event.signature === undefined
                  ? {}
                  : { extra_content: { google: { thought_signature: event.signature } } }),
              },
            ],
          });
        case 'tool-input':
          return delta({ tool_calls: [{ index: event.index, function: { arguments: event.json } }] });
        case 'stop':
          return delta({}, renderStop(event.reason));
        case 'usage':
          usage = event.usage;
          return '';
        case 'error':
          return `data: ${JSON.stringify({ error: { message: event.message, type: event.type, param: null, code: null } })}\n\n`;
      }
    },
    end() {
      const last = request.streamUsage && usage !== null ? chunk([], { usage: renderUsage(usage) }) : '';
      return `${last}data: [DONE]\n\n`;
    },
  };
}
