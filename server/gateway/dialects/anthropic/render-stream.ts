/** An answer as events of a streamed message: blocks one after another, each opened and closed. */

import { type AnswerEvent, noUsage, type StopReason, type Usage } from '../../conversation/answer.ts';
import type { Conversation } from '../../conversation/conversation.ts';
import type { Json } from '../../conversation/fields.ts';
import type { StreamRenderer } from '../dialect.ts';
import { renderStop } from './answer.ts';
import { renderFault } from './fault.ts';
import { renderUsage } from './usage.ts';

type Block = { readonly kind: 'text' | 'thinking' } | { readonly kind: 'tool'; readonly index: number };

export function streamRenderer(request: Conversation): StreamRenderer {
  let open: Block | null = null;
  let blocks = 0;
  let usage: Usage | null = null;
  let stop: { reason: StopReason; sequence: string | null } = { reason: 'end', sequence: null };
  let failed = false;
  let started = false;

  const close = () => {
    if (open === null) return '';
    open = null;
    return send('content_block_stop', { index: blocks++ });
  };
  const start = (block: Block, content: Json) => {
    const before = close();
    open = block;
    return before + send('content_block_start', { index: blocks, content_block: content });
  };
  const delta = (value: Json) => send('content_block_delta', { index: blocks, delta: value });
  const text = (value: string) =>
    (open?.kind === 'text' ? '' : start({ kind: 'text' }, { type: 'text', text: '' })) +
    delta({ type: 'text_delta', text: value });
  const think = () =>
    open?.kind === 'thinking'
      ? ''
      : start({ kind: 'thinking' }, { type: 'thinking', thinking: '', signature: '' });

  return {
    push(event: AnswerEvent) {
      switch (event.kind) {
        case 'start':
          started = true;
          return send('message_start', {
            message: {
              id: event.id,
              type: 'message',
              role: 'assistant',
              model: event.model || request.model,
              content: [],
              stop_reason: null,
              stop_sequence: null,
              usage: renderUsage(noUsage),
            },
          });
        case 'text':
        case 'refusal':
          return text(event.text);
        case 'thinking':
          return think() + delta({ type: 'thinking_delta', thinking: event.text });
        case 'signature':
          return think() + delta({ type: 'signature_delta', signature: event.signature });
        case 'redacted-thinking': {
          const opened = start({ kind: 'thinking' }, { type: 'redacted_thinking', data: event.data });
          return opened + close();
        }
        case 'tool':
          return start(
            { kind: 'tool', index: event.index },
            { type: 'tool_use', id: event.id, name: event.name, input: {} },
          );
        case 'tool-input':
          if (open?.kind !== 'tool' || open.index !== event.index) {
            // Blocks cannot be gone back to; better no answer than another tool's input.
            failed = true;
            return send('error', {
              error: { type: 'api_error', message: 'the provider wrote two tool calls at once' },
            });
          }
          return delta({ type: 'input_json_delta', partial_json: event.json });
        case 'usage':
          usage = event.usage;
          return '';
        case 'stop':
          stop = { reason: event.reason, sequence: event.stopSequence };
          return '';
        case 'error':
          failed = true;
          return send('error', { error: { type: event.type, message: event.message } });
      }
    },
    end() {
      if (failed || !started) return '';
      return (
        close() +
        send('message_delta', {
          delta: { stop_reason: renderStop(stop.reason), stop_sequence: stop.sequence },
          usage: renderUsage(usage ?? noUsage),
        }) +
        send('message_stop', {})
      );
    },
  };
}

/** The name stands on the wire twice: clients dispatch on the `event` line and ignore what they do not know. */
function send(type: string, fields: Json): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

export function streamFault(...fault: Parameters<typeof renderFault>): string {
  return `event: error\ndata: ${JSON.stringify(renderFault(...fault))}\n\n`;
}
